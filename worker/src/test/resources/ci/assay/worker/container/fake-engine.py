#!/usr/bin/python3 -SE
# In the place of docker where there is none: answers as docker does, keeps its state in files beside
# itself, notes what it was asked, and runs "containers" by bubblewrap, with this machine's /usr as image.
import json, os, signal, subprocess, sys, time

here = os.path.dirname(os.path.abspath(__file__))
arguments = sys.argv[1:]


def path(*names):
    return os.path.join(here, *names)


def say(text):
    print(text, flush=True)


def fail(text):
    sys.exit(print(text, file=sys.stderr) or 1)


def option(name):
    return [arguments[i + 1] for i, each in enumerate(arguments) if each == name]


def named(kind):
    os.makedirs(path(kind), exist_ok=True)
    return sorted(os.listdir(path(kind)))


def labels(kind, name):
    with open(path(kind, name)) as file:
        return json.load(file)


def those_that_match(kind):
    wanted = [each.split("=", 1)[1] for each in option("--filter")]
    for name in named(kind):
        if set(wanted) <= set(labels(kind, name)["labels"]):
            say(name)


def file_of(image):
    return path("images", image.replace("/", "_"))


def inspect(image):
    if not os.path.exists(file_of(image)):
        fail("Error: No such image: " + image)
    with open(file_of(image)) as file:
        say(file.read())


def pull(image):
    with open(path("pulls"), "a") as pulls:
        pulls.write(image + "\n")
    while os.path.exists(path("pull-waits")):
        time.sleep(0.01)
    if os.path.exists(path("pull-says")):
        fail(open(path("pull-says")).read())
    os.makedirs(path("images"), exist_ok=True)
    about = {"Id": "sha256:" + "ab" * 32, "RepoDigests": [image + "@sha256:" + "cd" * 32],
             "Config": {"Env": ["PATH=/usr/bin", "IMAGE_SAYS=hello"]}}
    with open(file_of(image), "w") as file:
        json.dump(about, file)
    say(image)


def run():
    with open(path("runs"), "a") as runs:
        runs.write(json.dumps(arguments) + "\n")
    name = option("--name")[0]
    start = arguments.index("--entrypoint")
    program = [arguments[start + 1]] + arguments[start + 3:]
    words = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--as-pid-1", "--die-with-parent",
             "--hostname", option("--hostname")[0], "--cap-drop", "ALL", "--clearenv", "--tmpfs", "/",
             "--ro-bind", "/usr", "/usr", "--dev", "/dev", "--proc", "/proc",
             "--ro-bind", "/sys", "/sys"]
    for link in ("bin", "sbin", "lib", "lib64"):
        words += ["--symlink", "usr/" + link, "/" + link]
    if "--network=host" not in arguments:
        words += ["--unshare-net"]
    for each in option("--tmpfs"):
        words += ["--tmpfs", each.split(":")[0]]
    words += ["--tmpfs", "/etc"]
    for each in sorted(os.listdir("/etc")):
        if each != "passwd":
            words += ["--ro-bind", "/etc/" + each, "/etc/" + each]
    for each in option("--mount"):
        parts = dict(part.split("=", 1) if "=" in part else (part, "") for part in each.split(","))
        words += ["--ro-bind" if "readonly" in parts else "--bind", parts["source"], parts["target"]]
    for each in option("--env"):
        words += ["--setenv"] + each.split("=", 1)
    words += ["--remount-ro", "/etc", "--remount-ro", "/", "--chdir", option("--workdir")[0], "--"] + program
    process = subprocess.Popen(words)
    os.makedirs(path("containers"), exist_ok=True)
    with open(path("containers", name), "w") as file:
        json.dump({"labels": option("--label"), "pid": process.pid}, file)
    code = process.wait()
    forget("containers", name)
    sys.exit(code if code >= 0 else 128 - code)


def forget(kind, name):
    try:
        os.remove(path(kind, name))
    except FileNotFoundError:
        pass


def remove(names):
    for name in names:
        if name in named("containers"):
            try:
                os.kill(labels("containers", name)["pid"], signal.SIGKILL)
            except ProcessLookupError:
                pass
            forget("containers", name)


def network():
    if arguments[1] == "create":
        if arguments[-1] in named("networks"):
            fail("Error response from daemon: network with name %s already exists" % arguments[-1])
        with open(path("networks", arguments[-1]), "w") as file:
            json.dump({"labels": option("--label")}, file)
    elif arguments[1] == "ls":
        those_that_match("networks")
    else:
        for name in arguments[2:]:
            forget("networks", name)


if os.path.exists(path("hangs")):
    time.sleep(120)
if os.path.exists(path("down")):
    fail("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")
command = arguments[0]
if command == "info":
    say(json.dumps({"ServerVersion": "99.1", "SecurityOptions": ["name=seccomp,profile=default"],
                    "MemoryLimit": True, "PidsLimit": True, "CpuCfsQuota": True}))
elif command == "image":
    inspect(arguments[-1])
elif command == "pull":
    pull(arguments[-1])
elif command == "run":
    run()
elif command == "create":
    named("containers")
    with open(path("containers", option("--name")[0]), "w") as file:
        json.dump({"labels": option("--label"), "pid": 99999999}, file)
elif command == "cp":
    with open(arguments[2], "w") as file:
        file.write("root:x:0:0:root:/root:/bin/sh\npostgres:x:70:70::/var/lib:/bin/sh\n")
elif command == "ps":
    those_that_match("containers")
elif command == "rm":
    remove(arguments)
elif command == "network":
    network()
else:
    fail("docker: '%s' is not a docker command." % command)
