"""What a guest is made of: Debian's cloud kernel and busybox, unpacked and not installed, and an
initial file system with one program (init)."""

import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "faulting"))

from cluster import Failed, run  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
OPS = HERE.parent
KEPT = OPS / "target" / "guest"
KERNEL = "linux-image-cloud-amd64"
# And what they need; ext4 is part of the kernel.
MODULES = ("virtio_pci", "virtio_blk", "virtio_net", "nbd")


def missing():
    """What has to be installed or fetched before a guest can run, or nothing."""
    if not shutil.which("qemu-system-x86_64"):
        return "qemu-system-x86_64 is missing: install the package qemu-system-x86"
    if not (KEPT / "fetched").exists():
        return "the guest's kernel is missing: run 'ops/guest-test --fetch'"
    return None


def fetch():
    """Downloads the packages and unpacks them under target/guest."""
    if (KEPT / "fetched").exists():
        return
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)
    for package in (image_package(), "busybox-static"):
        done = subprocess.run(["apt-get", "download", "-q", package], cwd=KEPT, check=False,
                              capture_output=True, text=True)
        archives = list(KEPT.glob(f"{package}_*.deb"))
        if done.returncode or not archives:
            raise Failed(f"'apt-get download {package}' ended with {done.returncode}: "
                         f"{done.stderr.strip()}; try again after 'apt-get update'")
        run("dpkg-deb", "-x", archives[0], KEPT)
        archives[0].unlink()
    (KEPT / "fetched").touch()


def image_package():
    """The package behind the one that always depends on the newest."""
    depends = re.search(r"Depends: (linux-image-\S+)", run("apt-cache", "depends", KERNEL))
    if not depends:
        raise Failed(f"no package {KERNEL}: is this Debian, and has 'apt-get update' run?")
    return depends.group(1)


def kernel():
    return next((KEPT / "boot").glob("vmlinuz-*"))


def modules():
    """Files in the order in which they need each other, as each says itself: another kernel has another."""
    files = {path.stem.replace("-", "_"): path for path in (KEPT / "lib" / "modules").rglob("*.ko")}
    ordered = {}

    def add(name):
        if name in ordered:
            return
        needs = re.search(rb"\0depends=([^\0]*)\0", files[name].read_bytes()).group(1).decode()
        for needed in filter(None, needs.split(",")):
            add(needed.replace("-", "_"))
        ordered[name] = files[name]
    for wanted in MODULES:
        add(wanted)
    return ordered


def java():
    """The command line for a guest: a runtime with what it needs of the JDK, its libraries, our jars.
    RocksDB, large, is for metadata peers."""
    class_path = (OPS / "target" / "class-path").read_text(encoding="utf-8").strip().split(":")
    jars = [pathlib.Path(jar) for jar in [*class_path, OPS / "target" / "ashlar-ops.jar"]]
    parts = [(jar, f"/ashlar/{jar.name}") for jar in jars if "rocksdb" not in jar.name]
    runtime = KEPT / "java"
    if not runtime.exists():
        run(jdk() / "bin" / "jlink", "--strip-debug", "--no-header-files", "--no-man-pages", "--output",
            runtime, "--add-modules", "java.base,java.logging,java.management,java.naming,java.xml",
            "--generate-cds-archive")
    libraries = re.findall(r"(/lib\S+)", run("ldd", runtime / "lib" / "server" / "libjvm.so"))
    return [*parts, (runtime, "/java"), *((pathlib.Path(library), library) for library in libraries)]


def jdk():
    """The JDK that this project is built with, found as bin/ashlar does."""
    homes = [os.environ.get("JAVA25_HOME"), os.environ.get("JAVA_HOME"), *glob.glob("/usr/lib/jvm/*")]
    for home in map(pathlib.Path, filter(None, homes)):
        release = home / "release"
        if release.exists() and 'JAVA_VERSION="25' in release.read_text(encoding="utf-8"):
            return home
    raise Failed("no JDK 25 found; set JAVA25_HOME")


def initial_file_system(directory, extra=()):
    """Makes one in the directory and returns its archive.

    extra: pairs of a file or directory of this machine and its place in the guest."""
    root = directory / "root"
    (root / "bin").mkdir(parents=True)
    (root / "modules").mkdir()
    shutil.copy2(KEPT / "bin" / "busybox", root / "bin" / "busybox")
    shutil.copy2(HERE / "init", root / "init")
    loaded = modules()
    for name, file in loaded.items():
        shutil.copy2(file, root / "modules" / f"{name}.ko")
    (root / "modules" / "order").write_text("\n".join(loaded) + "\n")
    for source, place in extra:
        target = root / place.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, target)
    archive = directory / "initrd"
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    with open(archive, "wb") as out:
        packed = subprocess.run([KEPT / "bin" / "busybox", "cpio", "-o", "-H", "newc"], cwd=root,
                                input=names.encode(), stdout=out, stderr=subprocess.PIPE, check=False)
    if packed.returncode:
        raise Failed(f"cpio ended with {packed.returncode}: {packed.stderr.decode()}")
    shutil.rmtree(root)
    return archive
