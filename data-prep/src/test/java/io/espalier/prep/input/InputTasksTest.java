package io.espalier.prep.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InputTasksTest {

  @Test
  void slicesCoverAFileWithoutGapOrOverlap() {
    Random random = new Random(2);
    for (int i = 0; i < 500; i++) {
      InputFile file = file("a.jsonl", 1 + random.nextInt(10_000));
      List<InputSlice> slices =
          InputTasks.slices(file, RecordFormat.AUTO, false, 1 + random.nextInt(12_000));

      assertThat(slices.get(0).start()).isZero();
      assertThat(slices.stream().mapToLong(InputSlice::bytes).sum()).isEqualTo(file.bytes());
      for (int s = 1; s < slices.size(); s++) {
        assertThat(slices.get(s).start()).isEqualTo(slices.get(s - 1).end());
      }
    }
  }

  @Test
  void whatCantBeEnteredInTheMiddleIsOneSlice() {
    assertThat(InputTasks.slices(file("a.jsonl", 9000), RecordFormat.AUTO, true, 10)).hasSize(1);
    assertThat(InputTasks.slices(file("a.csv", 9000), RecordFormat.AUTO, false, 10)).hasSize(1);
    assertThat(InputTasks.slices(file("a.txt", 9000), RecordFormat.AUTO, false, 10)).hasSize(1);
    assertThat(InputTasks.slices(file("a.doc", 9000), RecordFormat.AUTO, false, 10)).hasSize(1);
    assertThat(InputTasks.slices(file("a.parquet", 9000), RecordFormat.AUTO, false, 1000))
        .hasSize(9);
  }

  @Test
  void tasksKeepTheOrderAndAreClosedWhenTheyAreLargeEnough() {
    List<Long> sizes = LongStream.range(0, 1000).map(i -> (i * i) % 3_000_000).boxed().toList();
    long target = 10L << 20;

    List<List<Long>> tasks = InputTasks.group(sizes, size -> size, target);

    assertThat(tasks.stream().flatMap(List::stream).toList()).isEqualTo(sizes);
    long opening = 1L << 18;
    assertThat(tasks.subList(0, tasks.size() - 1))
        .allSatisfy(
            task -> {
              long bytes = task.stream().mapToLong(size -> size + opening).sum();
              assertThat(bytes).isGreaterThanOrEqualTo(target);
              assertThat(bytes - task.get(task.size() - 1) - opening).isLessThan(target);
            });
  }

  private static InputFile file(String name, long bytes) {
    return new InputFile("file:/" + name, name, bytes, 0);
  }
}
