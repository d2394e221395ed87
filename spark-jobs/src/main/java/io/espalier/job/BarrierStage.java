package io.espalier.job;

import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Runs ranks that need one another: one Spark task each, all at the same time. Spark retries them
 * all together when one fails.
 *
 * <p>Spark kills the job when a barrier stage that yields results fails, but retries one that
 * writes a shuffle; so each rank's answer goes through a tiny shuffle.
 */
final class BarrierStage {
  private BarrierStage() {}

  /** What a rank does; ranks are numbered by partition. */
  @FunctionalInterface
  interface Rank<R extends Serializable> extends Serializable {
    R run(BarrierTaskContext context) throws Exception;
  }

  /**
   * Returns rank 0's answer.
   *
   * @param size how many ranks; slots must be free for all of them
   * @param patienceSeconds how long ranks may take to end after one has failed
   * @param told gets a line when ranks failed and are tried again
   * @throws RuntimeException of a rank, if another attempt would only repeat it
   */
  static <R extends Serializable> R run(
      SparkSession spark,
      String description,
      int size,
      int patienceSeconds,
      Consumer<String> told,
      Rank<R> rank) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    try (RankWatch watch = RankWatch.begin(context.sc(), size, patienceSeconds, told)) {
      try {
        return run(context, description, size, rank);
      } catch (Exception e) {
        RuntimeException last = watch.last();
        if (last != null) {
          throw last;
        }
        throw e;
      }
    }
  }

  private static <R extends Serializable> R run(
      JavaSparkContext context, String description, int size, Rank<R> rank) {
    context.sc().setJobDescription(description);
    List<Integer> numbers = java.util.stream.IntStream.range(0, size).boxed().toList();
    ClassTag<Tuple2<Integer, R>> type = ClassTag$.MODULE$.apply(Tuple2.class);
    JavaRDD<Tuple2<Integer, R>> answers =
        context
            .parallelize(numbers, size)
            .rdd()
            .barrier()
            .mapPartitions(new Call<>(rank), false, type)
            .toJavaRDD();
    return JavaPairRDD.fromJavaRDD(answers).groupByKey(1).values().first().iterator().next();
  }

  /** Spark asks for a function of Scala's. Rank 0 alone answers. */
  private static final class Call<R extends Serializable>
      extends AbstractFunction1<Iterator<Integer>, Iterator<Tuple2<Integer, R>>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Rank<R> rank;

    private Call(Rank<R> rank) {
      this.rank = rank;
    }

    @Override
    public Iterator<Tuple2<Integer, R>> apply(Iterator<Integer> numbers) {
      BarrierTaskContext context = BarrierTaskContext.get();
      try {
        R answer = rank.run(context);
        List<Tuple2<Integer, R>> rows =
            context.partitionId() == 0 ? List.of(new Tuple2<>(0, answer)) : List.of();
        return CollectionConverters.asScala(rows.iterator());
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("Rank " + context.partitionId() + " failed", e);
      }
    }
  }
}
