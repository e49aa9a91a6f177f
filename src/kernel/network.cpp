// A random network and its forward and backward pass. Called by ntk_empirical.cpp; optim makes one.

#include "zopo/kernel/network.h"

#include <fmt/core.h>

#include <cassert>
#include <cmath>
#include <numbers>

#include "zopo/base/error.h"
#include "zopo/base/random.h"

namespace zopo::kernel {
namespace {

constexpr double kInvSqrt2Pi = 0.5 * std::numbers::inv_sqrtpi * std::numbers::sqrt2;

double normal_density(double x) { return kInvSqrt2Pi * std::exp(-0.5 * x * x); }
double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

// phi, phi' and phi'' of one number.
struct Shape {
  double value, slope, curvature;
};

Shape shape(Activation activation, double x) {
  switch (activation) {
    case Activation::relu:
      return {x > 0 ? x : 0.0, x > 0 ? 1.0 : 0.0, 0.0};
    case Activation::erf: {
      const double slope = 2 * std::numbers::inv_sqrtpi * std::exp(-x * x);
      return {std::erf(x), slope, -2 * x * slope};
    }
    case Activation::gelu: {
      const double density = normal_density(x);
      return {x * normal_cdf(x), normal_cdf(x) + x * density, (2 - x * x) * density};
    }
  }
  return {};
}

std::string size_of(const Matrix& m) { return fmt::format("[{} x {}]", m.rows(), m.cols()); }

void check_layer(const Network& network, std::size_t l) {
  const Layer& layer = network.layers[l];
  const Index in = l == 0 ? layer.weights.cols() : network.layers[l - 1].weights.rows();
  const Index out = l + 1 == network.layers.size() ? 1 : layer.weights.rows();
  const Index bias = network.has_bias() ? layer.weights.rows() : 0;
  if (layer.weights.rows() == out && layer.weights.cols() == in && out > 0 && in > 0 &&
      layer.bias.size() == bias && layer.weights.allFinite() && layer.bias.allFinite()) {
    return;
  }
  throw Failure(ErrorKind::config,
                fmt::format("Layer {} of the network has weights {} and {} biases; it needs finite "
                            "weights [{} x {}] and {} biases",
                            l + 1, size_of(layer.weights), layer.bias.size(), out, in, bias));
}

}  // namespace

Vector activate(Activation activation, const Eigen::Ref<const Vector>& h) {
  return h.unaryExpr([=](double x) { return shape(activation, x).value; });
}
Vector activate_slope(Activation activation, const Eigen::Ref<const Vector>& h) {
  return h.unaryExpr([=](double x) { return shape(activation, x).slope; });
}
Vector activate_curvature(Activation activation, const Eigen::Ref<const Vector>& h) {
  return h.unaryExpr([=](double x) { return shape(activation, x).curvature; });
}

Network random_network(const std::vector<Index>& widths,
                       Activation activation,
                       bool bias,
                       std::uint64_t seed) {
  assert(widths.size() >= 2 && widths.back() == 1);
  Rng rng(seed, "network");
  Network network;
  network.activation = activation;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    Layer layer{Matrix(widths[l], widths[l - 1]), Vector(bias ? widths[l] : 0)};
    for (Index i = 0; i < layer.weights.rows(); ++i) {
      for (Index j = 0; j < layer.weights.cols(); ++j) layer.weights(i, j) = rng.normal();
    }
    for (Index i = 0; i < layer.bias.size(); ++i) layer.bias(i) = rng.normal();
    network.layers.push_back(std::move(layer));
  }
  return network;
}

void check_network(const Network& network) {
  if (network.layers.empty()) {
    throw Failure(ErrorKind::config, "The network has no layers; it needs at least one");
  }
  for (std::size_t l = 0; l < network.layers.size(); ++l) check_layer(network, l);
}

NetworkState propagate(const Network& network, const Eigen::Ref<const Vector>& z) {
  const std::size_t depth = network.layers.size();
  assert(z.size() == network.input_dim());
  NetworkState state;
  state.a.push_back(z);
  for (const Layer& layer : network.layers) {
    Vector h = layer.weights * state.a.back();
    if (layer.bias.size() > 0) h += layer.bias;
    if (state.h.size() + 1 < depth) state.a.push_back(activate(network.activation, h));
    state.h.push_back(std::move(h));
  }
  state.delta.assign(depth, Vector::Ones(1));
  for (std::size_t l = depth - 1; l > 0; --l) {
    // delta^l = (W^{l+1})^T delta^{l+1} * phi'(h^l)
    const Vector back = network.layers[l].weights.transpose() * state.delta[l];
    state.delta[l - 1] = back.cwiseProduct(activate_slope(network.activation, state.h[l - 1]));
  }
  return state;
}

}  // namespace zopo::kernel
