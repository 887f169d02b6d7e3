"""In place of java in nginx.bats: the weights of a file, and a controller that does what the file `world` beside it says.

world is {"rollouts": [...], "stuck": bool}: what the admin API shows, and whether the controller moves weights to the share of its
rollout. `unloaded` is why nginx cannot be reloaded. What is asked and called is a line each in `calls`; arguments and environment of the controller are in `started`.
"""

import http.server
import json
import os
import re
import sys
import threading
import time

here = os.path.dirname(os.path.abspath(__file__))
SERVER = re.compile(r"server (\S+) (weight=(\d+)|down); # version (\S+)")


def calls(*words):
    with open(os.path.join(here, "calls"), "a") as file:
        file.write(" ".join(words) + "\n")


def versions(path):
    return [(version, address, int(weight or 0)) for address, _, weight, version in SERVER.findall(open(path).read())]


def write(path, weights):
    lines = [f"server {address} {f'weight={weights[version]}' if weights[version] else 'down'}; # version {version}\n"
             for version, address, _ in versions(path)]
    with open(path + ".new", "w") as file:
        file.writelines(lines)
    os.rename(path + ".new", path)


def weights(words):
    calls(*words)
    path = words[1]
    found = versions(path)
    most = max(weight for _, _, weight in found)
    stable = next(version for version, _, weight in found if weight == most)
    whole = sum(weight for _, _, weight in found)
    if words[0] == "read":
        print(json.dumps({"stable": stable, "seen": "x", "unloaded": world().get("unloaded"), "versions": [
            {"version": version, "role": "stable" if version == stable else "canary" if weight else "next",
             "share": weight * 100 / whole, "address": address} for version, address, weight in found]}))
    if words[0] == "load" and world().get("unloaded"):
        print(world()["unloaded"], file=sys.stderr)
        sys.exit(1)
    if words[0] == "move":
        points = int(words[4])
        write(path, {version: points if version == words[3] else 10000 - points for version, _, _ in found})


def world():
    return json.load(open(os.path.join(here, "world")))


def change(**members):
    now = world()
    now["rollouts"][-1].update(members)
    with open(os.path.join(here, "world.new"), "w") as file:
        json.dump(now, file)
    os.rename(os.path.join(here, "world.new"), os.path.join(here, "world"))


class Controller(http.server.BaseHTTPRequestHandler):
    def answer(self):
        path = self.path.split("?")[0]
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        calls(self.command, path)
        rollouts = world()["rollouts"]
        if path == "/ready":
            body = {}
        elif path.endswith("/history"):
            body = {"history": [{"sequence": 1, "at": "2026-11-22T07:00:00Z", "sentence": "running"}]}
        elif path.endswith("/rollback"):
            change(state="rolled_back", share=0, ended_at="2026-11-22T07:00:00Z")
            body = world()["rollouts"][-1]
        elif self.command == "GET" and path == "/admin/rollouts":
            body = {"rollouts": rollouts}
        else:
            change(**world().get("then", {}))
            body = world()["rollouts"][-1]
        raw = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = answer

    def log_message(self, *arguments):
        pass


def move(path):
    while True:
        time.sleep(0.3)
        now = world()
        if now["rollouts"] and not now.get("stuck"):
            points = int(now["rollouts"][-1]["share"] * 100)
            if dict((version, weight) for version, _, weight in versions(path))["v2"] != points:
                write(path, {"v1": 10000 - points, "v2": points})
                calls("moved", str(points))


def controller():
    with open(os.path.join(here, "started"), "w") as file:
        json.dump({"pid": os.getpid(), "arguments": sys.argv[1:], "environment": dict(os.environ), "folder": os.getcwd()}, file)
    path = os.environ["ROLLOUT_TARGETS"].split("nginx:", 1)[1]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Controller)
    threading.Thread(target=move, args=(path,), daemon=True).start()
    print(f"Sluice serves at http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if "-version" in sys.argv:
    print("    java.specification.version = 25", file=sys.stderr)
elif "-cp" in sys.argv:
    weights(sys.argv[sys.argv.index("dev.sluice.nginx.Weights") + 1:])
else:
    controller()
