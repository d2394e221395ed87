package io.espalier.text;

import static io.espalier.text.PersonalDataAction.KEEP;
import static io.espalier.text.PersonalDataAction.REJECT;
import static io.espalier.text.PersonalDataAction.REPLACE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalDataEditTest {
  private static PersonalDataEdit edit(boolean verify) {
    return new PersonalDataEdit(
        REPLACE, REPLACE, REPLACE, REPLACE, REPLACE, REPLACE, REPLACE, REPLACE, verify);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Write to j_o.b41+x@mail.example.org. | Write to <EMAIL>.",
        "我的邮箱是jane@example.com。 | 我的邮箱是<EMAIL>。",
        "Call (217) 555-0114, or +1-913-555-0179. | Call <PHONE>, or <PHONE>.",
        "In Berlin: +49 30 901820 | In Berlin: <PHONE>",
        "GB82 WEST 1234 5698 7654 32 is the account | <IBAN> is the account",
        "DE89370400440532013000. | <IBAN>.",
        "Card 4242 4242 4242 4242, or 378282246310005 | Card <CREDIT_CARD>, or <CREDIT_CARD>",
        "from 8.8.8.8 and 2001:4860:4860::8888. | from <IP_ADDRESS> and <IP_ADDRESS>.",
        "8.8.8.8-8.8.8.12 and 9.9.9.1-254, all | <IP_ADDRESS>-<IP_ADDRESS> and <IP_ADDRESS>-254, all",
        "SSN 123-45-6789; | SSN <US_SSN>;",
        "key AKIAIOSFODNN7EXAMPLE is | key <SECRET> is",
        "ghp_0123456789abcdefghijABCDEFGHIJ012345 | <SECRET>",
        "see https://www.example.org/user/9484?id=97. | see <URL>.",
      })
  void personalDataGivesWayToItsKind(String text, String edited) {
    assertThat(edit(true).edit(text).text()).isEqualTo(edited);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10:30:45 on 2026-11-25, version 4.1.1 of section 47-2853.76c, 28:9-316",
        "at 127.0.0.1, 192.168.1.1, 10.0.0.7 and fe80::1, in std::vector and a::b",
        "4111 1111 1111 1112 has another check digit, GB82 WEST 1234 5698 7654 33 too",
        "nobody has 000-12-3456 or 666-12-3456",
        "a@b, @name, user@localhost, https://example.org/about",
        "1.2.3.4.5 and 999.1.1.1 and 12345678901234567890123",
        "/lib/modules/2.6.8.1-3-686/build, bind 9.3.2.1-1ubuntu2, R version 3.3.0.65",
        "31.41592653589793 and 3.494170998739258 and 1.4111111111111111",
        "skeleton sk-learn AKIA eyJ",
      })
  void whatOnlyLooksLikeItStays(String text) {
    assertThat(edit(true).edit(text).text()).isEqualTo(text);
  }

  @Test
  void withoutVerifyingTheFormIsEnough() {
    String text = "4111 1111 1111 3021 and 000-11-2002";
    assertThat(edit(true).edit(text).text()).isEqualTo(text);
    assertThat(edit(false).edit(text).text()).isEqualTo("<CREDIT_CARD> and <US_SSN>");
    String years = "in 2008 2009 2010 2011 2012 2013 2014 2015 2016";
    assertThat(edit(false).edit(years).text()).isEqualTo(years);
    assertThat(edit(false).edit("4242 4242 4242 4242 5555 5555 5555 4444").text())
        .isEqualTo("<CREDIT_CARD> <CREDIT_CARD>");
  }

  @Test
  void aBlockOfAPrivateKeyGoesWhole() {
    String block =
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE+abc/123=\nxyz\n-----END RSA PRIVATE KEY-----";
    EditedText edited = edit(true).edit("before\n" + block + "\nafter");
    assertThat(edited.text()).isEqualTo("before\n<SECRET>\nafter");
    assertThat(edited.counts()).containsEntry("personal_data:secret", 1);
  }

  @Test
  void eachKindHasItsOwnAction() {
    PersonalDataEdit edit =
        new PersonalDataEdit(REPLACE, KEEP, KEEP, REJECT, KEEP, KEEP, KEEP, KEEP, true);
    EditedText kept = edit.edit("jane@example.com or (217) 555-0114");
    assertThat(kept.text()).isEqualTo("<EMAIL> or (217) 555-0114");
    assertThat(kept.rejection()).isEmpty();
    assertThat(edit.edit("4242 4242 4242 4242").rejection())
        .contains(
            new Rejection(
                "personal_data", "1 of kind credit_card, which data.edits says to reject"));
  }
}
