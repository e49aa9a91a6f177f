// The NTK of a given network, and its derivatives by two sweeps through the layers. Called by
// optim's zopo_reference.cpp.

#include "zopo/kernel/ntk_empirical.h"

#include <fmt/core.h>

#include <cassert>
#include <utility>

#include "zopo/base/error.h"

namespace zopo::kernel {
namespace {

void require_dim(Index given, Index expected) {
  if (given == expected) return;
  throw Failure(ErrorKind::config,
                fmt::format("The network takes points of dimension {}, the embeddings have {}",
                            expected, given));
}

// J_l = d a^l / dz [width x d] and D_l = d delta^l / dz, layer by layer.
struct Jacobians {
  std::vector<Matrix> input;  // [L] J_0 = I .. J_{L-1}
  std::vector<Matrix> delta;  // [L] D_1 .. D_L = 0
};

Jacobians jacobians(const Network& network, const NetworkState& at) {
  const std::size_t depth = network.layers.size();
  const Index d = network.input_dim();
  Jacobians j;
  std::vector<Matrix> pre;  // d h^l / dz
  j.input.push_back(Matrix::Identity(d, d));
  for (std::size_t l = 0; l < depth; ++l) {
    pre.emplace_back(network.layers[l].weights * j.input[l]);
    if (l + 1 < depth) {
      j.input.emplace_back(activate_slope(network.activation, at.h[l]).asDiagonal() * pre[l]);
    }
  }
  j.delta.assign(depth, Matrix::Zero(1, d));
  for (std::size_t l = depth - 1; l > 0; --l) {
    // delta^l = q * phi'(h), q = W^T delta^{l+1}  =>  dq/dz * phi' + q * phi'' * dh/dz
    const Matrix& w = network.layers[l].weights;
    const Vector q = w.transpose() * at.delta[l];
    const Vector bend = q.cwiseProduct(activate_curvature(network.activation, at.h[l - 1]));
    j.delta[l - 1] =
        activate_slope(network.activation, at.h[l - 1]).asDiagonal() * (w.transpose() * j.delta[l]);
    j.delta[l - 1] += bend.asDiagonal() * pre[l - 1];
  }
  return j;
}

}  // namespace

NtkEmpirical::NtkEmpirical(Network network) : network_(std::move(network)), beta2_(0) {
  check_network(network_);
  beta2_ = network_.has_bias() ? 1.0 : 0.0;
}

NtkFeatures NtkEmpirical::features(const PointsRef& x) const {
  require_dim(x.cols(), network_.input_dim());
  NtkFeatures f;
  for (const Layer& layer : network_.layers) {
    f.a.emplace_back(layer.weights.cols(), x.rows());
    f.delta.emplace_back(layer.weights.rows(), x.rows());
  }
  for (Index i = 0; i < x.rows(); ++i) {
    const NetworkState state = propagate(network_, x.row(i).transpose());
    for (std::size_t l = 0; l < f.a.size(); ++l) {
      f.a[l].col(i) = state.a[l];
      f.delta[l].col(i) = state.delta[l];
    }
  }
  return f;
}

Matrix NtkEmpirical::gram(const NtkFeatures& x, const NtkFeatures& x2) const {
  Matrix k = Matrix::Zero(x.a.front().cols(), x2.a.front().cols());
  for (std::size_t l = 0; l < x.a.size(); ++l) {
    const Matrix inputs = x.a[l].transpose() * x2.a[l];
    const Matrix deltas = x.delta[l].transpose() * x2.delta[l];
    k.array() += (inputs.array() + beta2_) * deltas.array();
  }
  return k;
}

Matrix NtkEmpirical::gram(const PointsRef& x, const PointsRef& x2) const {
  return gram(features(x), features(x2));
}

Vector NtkEmpirical::diagonal(const PointsRef& x) const {
  const NtkFeatures f = features(x);
  Vector k = Vector::Zero(x.rows());
  for (std::size_t l = 0; l < f.a.size(); ++l) {
    k.array() += (f.a[l].colwise().squaredNorm().transpose().array() + beta2_) *
                 f.delta[l].colwise().squaredNorm().transpose().array();
  }
  return k;
}

Matrix NtkEmpirical::gradient(const VectorRef& z, const PointsRef& x) const {
  const NetworkState at = propagate(network_, z);
  const NtkFeatures f = features(x);
  Matrix g(x.cols(), x.rows());
  for (Index i = 0; i < x.rows(); ++i) g.col(i) = sweep(at, f, Vector::Unit(x.rows(), i));
  return g;
}

Vector NtkEmpirical::weighted_gradient(const VectorRef& z,
                                       const PointsRef& x,
                                       const VectorRef& alpha) const {
  require_dim(z.size(), network_.input_dim());
  return sweep(propagate(network_, z), features(x), alpha);
}

// With sum_i alpha_i k(z, x_i) a function of the a^l and delta^l of z alone: c_l and e_l are its
// derivatives by a^{l-1} and delta^l; the forward sweep carries the latter to the pre-activations
// (u_l), the backward sweep everything to z.
Vector NtkEmpirical::sweep(const NetworkState& at,
                           const NtkFeatures& x,
                           const VectorRef& alpha) const {
  const std::size_t depth = network_.layers.size();
  std::vector<Vector> c, e, slope, u;
  for (std::size_t l = 0; l < depth; ++l) {
    const Vector deltas = x.delta[l].transpose() * at.delta[l];
    const Vector inputs = (x.a[l].transpose() * at.a[l]).array() + beta2_;
    c.emplace_back(x.a[l] * alpha.cwiseProduct(deltas));
    e.emplace_back(x.delta[l] * alpha.cwiseProduct(inputs));
  }
  Vector p = e[0];
  for (std::size_t l = 0; l + 1 < depth; ++l) {
    const Matrix& w = network_.layers[l + 1].weights;
    const Vector q = w.transpose() * at.delta[l + 1];
    slope.push_back(activate_slope(network_.activation, at.h[l]));
    u.emplace_back(
        p.cwiseProduct(q).cwiseProduct(activate_curvature(network_.activation, at.h[l])));
    p = e[l + 1] + w * p.cwiseProduct(slope[l]);
  }
  Vector r = c[depth - 1];
  for (std::size_t l = depth - 1; l > 0; --l) {
    const Vector through = r.cwiseProduct(slope[l - 1]) + u[l - 1];
    r = network_.layers[l - 1].weights.transpose() * through + c[l - 1];
  }
  return r;
}

// M = sum_l |delta|^2 J^T J + u v^T + v u^T + (|a|^2 + beta^2) D^T D,  u = J^T a,  v = D^T delta
MixedDerivative NtkEmpirical::mixed_derivative(const VectorRef& z) const {
  require_dim(z.size(), network_.input_dim());
  const NetworkState at = propagate(network_, z);
  const Jacobians j = jacobians(network_, at);
  MixedDerivative m;
  m.full = Matrix::Zero(z.size(), z.size());
  for (std::size_t l = 0; l < network_.layers.size(); ++l) {
    const Vector u = j.input[l].transpose() * at.a[l];
    const Vector v = j.delta[l].transpose() * at.delta[l];
    m.full += at.delta[l].squaredNorm() * (j.input[l].transpose() * j.input[l]);
    m.full += u * v.transpose() + v * u.transpose();
    m.full += (at.a[l].squaredNorm() + beta2_) * (j.delta[l].transpose() * j.delta[l]);
  }
  return m;
}

}  // namespace zopo::kernel
