package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void figuresAlignToTheRightAndTextToTheLeft() {
    String text =
        TextTable.of("Domain", ">dense", ">own expert")
            .row("legal", "12.3", "9.99")
            .rule()
            .row("cs_abstracts", "104", "–")
            .toText();
    assertThat(text)
        .isEqualTo(
            """
            Domain        dense  own expert
            ────────────  ─────  ──────────
            legal          12.3        9.99
            ────────────  ─────  ──────────
            cs_abstracts    104           –
            """);
  }

  @Test
  void aRowWithAMissingCellIsRefused() {
    assertThatThrownBy(() -> TextTable.of("a", "b").row("1"))
        .hasMessage("row has 1 cells but the table 2 columns");
  }
}
