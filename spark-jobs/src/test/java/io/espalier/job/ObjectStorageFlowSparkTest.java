package io.espalier.job;

import io.espalier.storage.FaultProxy;
import io.espalier.storage.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.*;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectStorageFlowSparkTest {
  @TempDir static Path folder;

  @Test
  void all() throws Exception {
    try (S3Server server = S3Server.start(folder);
        FaultProxy proxy = FaultProxy.before(server)) {
      TinyExperiment tiny = TinyExperiment.in(folder);
      var conf = S3Server.configuration(server.settings());
      FileSystem fs = FileSystem.get(URI.create("s3a://orchard/"), conf);
      fs.copyFromLocalFile(new org.apache.hadoop.fs.Path(folder.resolve("text").toString()), new org.apache.hadoop.fs.Path("s3a://orchard/text"));
      fs.copyFromLocalFile(new org.apache.hadoop.fs.Path(folder.resolve("tiny.yaml").toString()), new org.apache.hadoop.fs.Path("s3a://orchard/tiny.yaml"));
      List<String> over = new ArrayList<>();
      over.add("data.training=[{path: s3a://orchard/text/train}]");
      over.add("data.evaluation=[{path: s3a://orchard/text/eval}]");
      StringBuilder h = new StringBuilder("hadoop={");
      S3Server.settings(proxy.port()).forEach((k, v) -> h.append("'" + k + "': '" + v + "', "));
      over.add(h.substring(0, h.length() - 2) + "}");
      Experiment e = Experiment.load(tiny.file().toString(), over, Optional.of("s3a://orchard/run"));
      SparkSession spark = EspalierSession.open(e, Optional.of("local[2]"), TinyExperiment.SPARK);
      RecordedEvents events = new RecordedEvents();
      System.out.println(Pipeline.plan(spark, e).toText());
      try {
      Pipeline.run(spark, e, events);
      } finally {
      System.out.println(events.all());
      System.out.println(proxy.traffic());}
      proxy.traffic().reset();
      Pipeline.run(spark, e, events);
      System.out.println(proxy.traffic());
    }
  }
}
