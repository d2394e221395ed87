"""Executes every notebook on a run or a study, from top to bottom; the first cell that fails ends it in one sentence."""

import sys
import time
from pathlib import Path

import papermill
from traitlets.config import Config

# Nobody but this process needs to reach the notebook's: a socket in the file system, no port.
LOCAL = Config({
    "KernelManager": {"transport": "ipc"},
    # What a kernel says of its own shutdown is of no use beside the sentence that a cell failed with.
    "NotebookClient": {"extra_arguments": ["--IPKernelApp.log_level=CRITICAL"]},
})
HERE = Path(__file__).resolve().parent


def execute(notebook, run_folder, output):
    begin = time.monotonic()
    try:
        papermill.execute_notebook(
            notebook, output, parameters={"run_folder": run_folder}, kernel_name="python3", cwd=HERE, progress_bar=False, config=LOCAL)
    except papermill.PapermillExecutionError as failure:
        sys.exit(f"{notebook.name}, cell {failure.exec_count}: {failure.ename}: {failure.evalue}")
    print(f"✓ {notebook.name}  ({time.monotonic() - begin:.0f} s) → {output.relative_to(HERE.parent)}")


if __name__ == "__main__":
    executed = HERE / "executed"
    executed.mkdir(exist_ok=True)
    run, study = sys.argv[1:]
    for path in sorted(HERE.glob("[0-9]*.ipynb")):
        folder = study if "study" in path.name else run
        if folder:
            execute(path, folder, executed / path.name)
        else:
            print(f"· {path.name}  (no study was named)")
