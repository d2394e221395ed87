package io.espalier.job;

import io.espalier.forest.Ensemble;
import io.espalier.forest.Posterior;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What models say of one document, as a row: pure arithmetic on log-probabilities. The posterior
 * over domains is that of the whole document with every domain as probable as any other before it
 * (Li et al. 2022, section 2).
 */
final class DocumentScores {
  /** The columns of a row. */
  static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("tokens", DataTypes.LongType)
          .add("domain", DataTypes.StringType)
          .add("domain_posterior", DataTypes.DoubleType)
          .add(
              "posterior",
              DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false))
          .add(
              "perplexity",
              DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false))
          .add("problem", DataTypes.StringType);

  static final String ENSEMBLE = "ensemble";
  private static final Ensemble MIXTURE = new Ensemble(Posterior.FULL_CONTEXT, 0);

  private DocumentScores() {}

  /** The row of a document without text. */
  static Row problem(InputDocument document, String problem) {
    return RowFactory.create(
        document.id(), 0L, null, null, asScala(Map.of()), asScala(Map.of()), problem);
  }

  /**
   * The row of a document.
   *
   * @param models those with a domain are experts and make the ensemble
   * @param logProbabilities of each token under each model, (model, token); at least one token
   */
  static Row of(String id, List<ScoringModel> models, List<float[]> logProbabilities) {
    Map<String, Double> perplexity = new LinkedHashMap<>();
    for (int model = 0; model < models.size(); model++) {
      perplexity.put(models.get(model).name(), perplexity(logProbabilities.get(model)));
    }
    List<ScoringModel> experts = models.stream().filter(m -> !m.domain().isEmpty()).toList();
    float[][] ofExperts =
        experts.stream().map(e -> logProbabilities.get(models.indexOf(e))).toArray(float[][]::new);
    double[] uniform = new double[experts.size()];
    Arrays.fill(uniform, -Math.log(experts.size()));
    double[][] logPosterior = MIXTURE.logPosterior(uniform, ofExperts);
    perplexity.put(ENSEMBLE, perplexity(MIXTURE.logProbabilities(logPosterior, ofExperts)));

    double[] last = logPosterior[logPosterior.length - 1];
    Map<String, Double> posterior = new LinkedHashMap<>();
    int best = 0;
    for (int j = 0; j < last.length; j++) {
      posterior.put(experts.get(j).domain(), Math.exp(last[j]));
      best = last[j] > last[best] ? j : best;
    }
    return RowFactory.create(
        id,
        (long) logProbabilities.get(0).length,
        experts.get(best).domain(),
        Math.exp(last[best]),
        asScala(posterior),
        asScala(perplexity),
        "");
  }

  /** A map as Spark's rows have it. */
  private static scala.collection.Map<String, Double> asScala(Map<String, Double> map) {
    return scala.jdk.javaapi.CollectionConverters.asScala(map);
  }

  private static double perplexity(float[] logProbabilities) {
    double sum = 0;
    for (float logProbability : logProbabilities) {
      sum += logProbability;
    }
    return Math.exp(-sum / logProbabilities.length);
  }

  private static double perplexity(double[] logProbabilities) {
    return Math.exp(-Arrays.stream(logProbabilities).sum() / logProbabilities.length);
  }
}
