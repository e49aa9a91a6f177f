"""A headless Chromium driven over the DevTools protocol, through its pipe: JSON messages that end with a zero byte."""
import json
import os
import select
import subprocess
import time


class Browser:
    def __init__(self, program, folder):
        read_by_us, written_by_it = os.pipe()
        read_by_it, written_by_us = os.pipe()

        def place():  # the protocol's pipe is 3 for reading and 4 for writing
            inward, outward = os.dup(read_by_it), os.dup(written_by_it)
            os.dup2(inward, 3)
            os.dup2(outward, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--hide-scrollbars", "--remote-debugging-pipe", f"--user-data-dir={folder}", "about:blank"],
            preexec_fn=place, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(read_by_it)
        os.close(written_by_it)
        self.inward, self.outward = read_by_us, written_by_us
        self.buffer, self.last, self.events = b"", 0, []

    def close(self):
        self.process.kill()
        self.process.wait()

    def message(self, end):
        while b"\0" not in self.buffer:
            if not select.select([self.inward], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("Chromium is silent")
            more = os.read(self.inward, 1 << 20)
            if not more:
                raise RuntimeError("Chromium ended")
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(line)

    def send(self, method, session=None, **parameters):
        self.last += 1
        request = {"id": self.last, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        os.write(self.outward, json.dumps(request).encode() + b"\0")
        end = time.monotonic() + 60
        while True:
            message = self.message(end)
            if message.get("id") == self.last:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def wait_for(self, method):
        end = time.monotonic() + 60
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message(end))


class Page:
    """One tab on one file, at a width and in a theme."""

    def __init__(self, browser, url, width, theme):
        self.browser = browser
        self.browser.events.clear()
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
        self.send("Page.navigate", url=url)
        browser.wait_for("Page.loadEventFired")
        # Until two frames after the load: scripts have run and what they drew is on the screen.
        self.opened_ms = self.value("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(performance.now()))))")

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def value(self, expression):
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def mouse(self, kind, x, y, **more):
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1)

    def key(self, name, code, text=""):
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code,
                      **({"text": text} if text and kind == "keyDown" else {}))

    def errors(self):
        """What the console would show as an error."""
        self.value("1")  # whatever was said before this has come
        found = []
        for event in self.browser.events:
            method, parameters = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(str(parameters["exceptionDetails"].get("exception", parameters)))
            if method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                found.append(parameters["entry"]["text"])
            if method == "Runtime.consoleAPICalled" and parameters["type"] == "error":
                found.append(str(parameters["args"]))
        return found

    def screenshot(self):
        height = self.value("document.documentElement.scrollHeight")
        width = self.value("innerWidth")
        return self.send("Page.captureScreenshot", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": width, "height": min(height, 4000), "scale": 1})["data"]
