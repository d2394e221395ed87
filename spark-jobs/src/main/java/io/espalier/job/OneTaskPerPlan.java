package io.espalier.job;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;

/**
 * Runs plans as Spark tasks, exactly one each: the partitions are given explicitly, and the longest
 * plan is submitted first, so that more plans than slots end at about the same time.
 */
final class OneTaskPerPlan {
  private OneTaskPerPlan() {}

  /**
   * Returns the results in the order in which the tasks were submitted.
   *
   * @param cost anything that grows with a plan's run time
   */
  static <P extends Serializable, R extends Serializable> List<R> longestFirst(
      SparkSession spark,
      String description,
      List<P> plans,
      ToLongFunction<P> cost,
      Function<P, R> task) {
    if (plans.isEmpty()) {
      return List.of();
    }
    List<P> ordered = new ArrayList<>(plans);
    ordered.sort(Comparator.comparingLong(cost).reversed());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    context.sc().setJobDescription(description);
    return context.parallelize(ordered, ordered.size()).map(task).collect();
  }
}
