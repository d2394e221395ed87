package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlTextTest {
  private static final String PAGE =
      """
      <!DOCTYPE html><html><head><title>Bees &amp; pears</title><style>p {color: red}</style></head>
      <body><header><a href="/">The orchard</a> A blog</header>
      <nav><ul><li><a href="/1">One</a></li><li><a href="/2">Two</a></li></ul></nav>
      <article><header><h1>Bees &amp; pears</h1></header>
        <p>A pear    needs a second pear,
        and <a href="/bee">bees</a> to carry&nbsp;pollen.</p><script>track("p");</script>
        <ul><li>Conference</li><li>Comice</li></ul>
        <p>Plant in <b>autumn</b>.<br>Water well.</p>
        <pre>if (dry) {
          water();
      }</pre>
        <table><tr><th>Kind</th><th>Month</th></tr><tr><td>Comice</td><td>October</td></tr></table>
        <aside>Buy our pears</aside>
      </article>
      <footer>No rights reserved</footer></body></html>
      """;

  @Test
  void aPageIsItsArticleAsParagraphs() {
    assertThat(HtmlText.of(PAGE))
        .isEqualTo(
            """
            Bees & pears

            A pear needs a second pear, and bees to carry\u00A0pollen.

            Conference
            Comice

            Plant in autumn.
            Water well.

            if (dry) {
                water();
            }

            Kind\tMonth
            Comice\tOctober""");
  }

  @Test
  void theTitleComesFirstUnlessTheTextStartsWithIt() {
    assertThat(HtmlText.withTitle(PAGE)).isEqualTo(HtmlText.of(PAGE));
    assertThat(HtmlText.withTitle("<title>Pears</title><p>They ripen off the tree."))
        .isEqualTo("Pears\n\nThey ripen off the tree.");
    assertThat(HtmlText.withTitle("<title>Pears</title>")).isEqualTo("Pears");
  }

  @Test
  void blocksOfLinksGoWithTheirLabelsAndHeadings() {
    String page =
        """
        <div><a href="1">Home page of us</a> | <a href="2">All articles</a></div>
        <div>Share:</div>
        <div><a href="3">By letter</a> <a href="4">By pigeon</a></div>
        <h2>The pear</h2>
        <p>It is eaten with <a href="5">cheese</a> in many countries.</p>
        <div>Yes.</div>
        <h3>See also</h3>
        <ul><li><a href="6">Apples in the north</a></li><li><a href="7">Plums</a></li></ul>
        """;
    assertThat(HtmlText.of(page))
        .isEqualTo("The pear\n\nIt is eaten with cheese in many countries.\n\nYes.");
  }

  @Test
  void hiddenTextAndThePagesRolesGo() {
    String page =
        """
        <div role="banner">Welcome to the biggest orchard of all</div><p hidden>secret text</p>
        <span aria-hidden="true">icon</span><div role="main"><p>Pears.</p>
        <nav>1 2 3</nav></div><div>Something beside the main part of the page</div>
        """;
    assertThat(HtmlText.of(page)).isEqualTo("Pears.");
  }

  @Test
  void aFragmentAndAWordAreTexts() {
    assertThat(HtmlText.of("<h1>Pears</h1>")).isEqualTo("Pears");
    assertThat(HtmlText.of("Pears &lt;3 &eacute;t&#233;")).isEqualTo("Pears <3 été");
    assertThat(HtmlText.of("<p>One<p>Two</div></b>")).isEqualTo("One\n\nTwo");
    assertThat(HtmlText.of("")).isEmpty();
  }

  @Test
  void elementsOfAnotherMarkupEndLinesWhereTheirSourceDoes() {
    String xml =
        """
        <?xml version='1.0'?>
        <section>
          <num>9</num>
          <heading>Change of law.</heading>
          <para>
            <num>(a)</num> <text>An interest in <cite>section 8</cite> remains.</text>
          </para>
        </section>
        """;
    assertThat(HtmlText.of(xml))
        .isEqualTo("9\nChange of law.\n(a) An interest in section 8 remains.");
  }

  @Test
  void aPageNestedTenThousandDeepIsRead() {
    String page = "<div>".repeat(10_000) + "<p>core</p>" + "<b><i>".repeat(10_000) + "end";
    assertThat(HtmlText.of(page)).startsWith("core").endsWith("end");
  }
}
