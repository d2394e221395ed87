package io.espalier.job;

import io.espalier.config.FormatException;
import io.espalier.config.RunPaths;
import io.espalier.prep.PackedCorpus;
import io.espalier.prep.PreparationPlan;
import io.espalier.prep.PreparedDocuments;
import io.espalier.prep.Provenance;
import io.espalier.report.DataFacts;
import io.espalier.report.DataJson;
import io.espalier.report.Report;
import io.espalier.table.TextFile;
import org.apache.hadoop.fs.Path;

/** Writes {@code report/data.html} and {@code data.json} beside it. */
final class WriteDataReport {
  private static final String PAGE = "data.html";
  private static final String JSON = "data.json";

  /** Raised whenever the page shows more than before. */
  private static final int FORM = 2;

  private WriteDataReport() {}

  /**
   * Writes both, unless they show these versions of the tables and what is stated of the text
   * already.
   */
  static void unlessWritten(
      Run run, PreparationPlan plan, PreparedDocuments documents, PackedCorpus sequences) {
    String madeFrom = madeFrom(run, plan, documents, sequences);
    if (isWritten(run, madeFrom)) {
      return;
    }
    DataFacts data =
        new DescribeData(run).of(WriteReport.facts(run, 0), madeFrom, plan, documents, sequences);
    String page = WriteReport.write(run, PAGE, Report.html(data));
    WriteReport.write(run, JSON, DataJson.of(data)); // Last: it says that both are there.
    run.listener().message("the data in detail: " + RunPaths.shown(page));
  }

  /** The tables' versions, and what is stated of the text, which no table has. */
  private static String madeFrom(
      Run run, PreparationPlan plan, PreparedDocuments documents, PackedCorpus sequences) {
    String provenance =
        Provenance.fingerprint(run.spark().sessionState().newHadoopConf(), plan.settings());
    return "form %d, documents %d, sequences %d, provenance %s"
        .formatted(FORM, documents.documentsVersion(), sequences.sequencesVersion(), provenance);
  }

  private static boolean isWritten(Run run, String madeFrom) {
    Path json = new Path(run.paths().report(), JSON);
    try {
      return TextFile.read(run.spark().sessionState().newHadoopConf(), json)
          .filter(text -> DataJson.isOf(text, madeFrom))
          .isPresent();
    } catch (FormatException e) {
      return false; // Damaged: written anew.
    }
  }
}
