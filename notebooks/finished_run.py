"""Opens a finished run: a Spark session with Delta, the run's tables and files, and its models."""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

HOME = Path(__file__).resolve().parent.parent
TABLES = ["documents", "rejections", "sequences", "scores", "results", "metrics", "ledger", "forest"]


class CannotOpen(Exception):
    """The reader's mistake in one sentence, which a notebook shows instead of a stack trace."""

    def _render_traceback_(self):
        return [str(self)]


def spark_session(settings):
    """Delta's jars have to be known before Spark starts: they come from the build."""
    jars = sorted((HOME / "spark-jobs/target/lib").glob("delta-*.jar"))
    if not jars:
        raise CannotOpen(f"Espalier is not built in {HOME}: run bin/espalier --version there, which builds it.")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    log = Path(tempfile.gettempdir()) / f"espalier-notebook-{os.getpid()}.log"
    defaults = {
        "spark.master": "local[2]",
        "spark.app.name": "espalier notebook",
        "spark.jars": ",".join(map(str, jars)),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        # Tables of a run are small: Spark's 200 and Delta's 50 tasks would cost more than the work.
        "spark.sql.shuffle.partitions": "2",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # A data frame at the end of a cell is shown as a table.
        "spark.sql.repl.eagerEval.enabled": "true",
        "spark.sql.repl.eagerEval.truncate": "40",
        # Spark's log goes to a file, as under bin/espalier; what only reads starts faster without the optimising compiler.
        "spark.driver.extraJavaOptions":
            f"-Despalier.log={log} -Dlog4j2.configurationFile={HOME}/conf/log4j2.properties -XX:TieredStopAtLevel=1",
    }
    builder = SparkSession.builder
    for key, value in (defaults | settings).items():
        builder = builder.config(key, value)
    try:
        with standard_error_into(log):
            return builder.getOrCreate()
    except PySparkException as failure:
        said = log.read_text().strip().splitlines() or [str(failure)]
        raise CannotOpen(f"Spark did not start ({said[-1].strip()}); it needs Java 17, by JAVA_HOME or on PATH, and {log} says more.") from None


@contextlib.contextmanager
def standard_error_into(file):
    """Java inherits this process's standard error: what it prints there at its start would stand in the cell."""
    saved = os.dup(2)
    with open(file, "ab") as log:
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


def open_run(folder, settings=None):
    """Opens the run in a folder on any Hadoop file system; a relative one starts at the checkout.

    settings are further settings of Spark's, such as {"spark.hadoop.fs.s3a.endpoint": "…"}.
    """
    root = folder if "://" in folder else str((HOME / folder).resolve())
    run = Run(spark_session(settings or {}), root)
    run.check()
    return run


class Run:
    """A finished run. Every table is pinned to the version that was the newest when it was first read."""

    def __init__(self, spark, root):
        self.spark = spark
        self.root = root
        self.versions = {}

    def check(self):
        """Refuses a folder that no run has finished in."""
        if not self._exists("experiment.yaml"):
            raise CannotOpen(f"{self.root} holds no run: it has no experiment.yaml; name a folder that bin/espalier run has written.")
        missing = [name for name in TABLES if not self._exists(f"tables/{name}/_delta_log")]
        if missing or not self._exists("report/results.json"):
            lack = f"the table {missing[0]}" if missing else "its report"
            raise CannotOpen(f"The run in {self.root} isn't finished: it lacks {lack}; start the same bin/espalier run again and it goes on where it was.")

    def table(self, name):
        """A table as a data frame."""
        if name not in self.versions:
            self.versions[name] = self.history(name).first().version
        return self.spark.read.format("delta").option("versionAsOf", self.versions[name]).load(f"{self.root}/tables/{name}")

    def history(self, name):
        """Delta's commits of a table, newest first."""
        path = f"{self.root}/tables/{name}".replace("`", "``")
        return self.spark.sql(f"DESCRIBE HISTORY delta.`{path}`")

    def text(self, path):
        """A small file of the run as text."""
        return self.spark.read.text(f"{self.root}/{path}", wholetext=True).first().value

    def folders(self, path):
        """The names in a folder of the run, sorted."""
        system, folder = self._locate(path)
        return sorted(status.getPath().getName() for status in system.listStatus(folder))

    def generate(self, prompt, checkpoint=None, max_tokens=60, temperature=0.8, seed=20):
        """Continues a text with one checkpoint, or with all experts mixed by their posterior."""
        command = [HOME / "bin/espalier", "generate", f"{self.root}/experiment.yaml", prompt, "--output", self.root]
        command += ["--max-tokens", str(max_tokens), "--temperature", str(temperature), "--seed", str(seed)]
        command += ["--checkpoint", checkpoint] if checkpoint else []
        # A process of its own: libtorch and Spark's threads stay out of each other's way.
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"ESPALIER_BUILD": "never"})
        if done.returncode != 0:
            raise CannotOpen(done.stderr.strip().removeprefix("espalier: "))
        return done.stdout.rstrip("\n")

    def _exists(self, path):
        try:
            system, folder = self._locate(path)
            return system.exists(folder)
        except (Py4JJavaError, PySparkException) as failure:
            reason = getattr(failure, "java_exception", failure)
            raise CannotOpen(f"{self.root} can't be reached ({str(reason).splitlines()[0]}).") from None

    def _locate(self, path):
        folder = self.spark._jvm.org.apache.hadoop.fs.Path(f"{self.root}/{path}")
        return folder.getFileSystem(self.spark._jsc.hadoopConfiguration()), folder
