package ci.assay.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dialects of the table in docs/pipeline.md, each as its tool writes it. */
class JUnitDialectsTest {

  @TempDir Path folder;
  private ReportRig rig;

  @BeforeEach
  void makeFolder() throws IOException {
    rig = new ReportRig(folder);
  }

  @Test
  void surefireAndFailsafeWithRerunsAndFlakes() throws IOException {
    rig.write(
        "target/surefire-reports/TEST-shop.CartTest.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report.xsd" version="3.0.2" name="shop.CartTest" time="0.31" tests="4" errors="0" skipped="1" failures="1" flakes="1">
          <properties><property name="java.version" value="17"/></properties>
          <testcase name="adds" classname="shop.CartTest" time="0.021">
            <flakyFailure message="expected: &lt;1&gt; but was: &lt;2&gt;" type="org.opentest4j.AssertionFailedError">
              <stackTrace><![CDATA[org.opentest4j.AssertionFailedError: expected: <1> but was: <2>
        	at shop.CartTest.adds(CartTest.java:9)]]></stackTrace>
              <system-out><![CDATA[printed]]></system-out>
            </flakyFailure>
          </testcase>
          <testcase name="pays" classname="shop.CartTest" time="1,002.5">
            <failure message="first" type="T"><![CDATA[T: first]]></failure>
            <rerunFailure message="second" type="T"><stackTrace>T: second</stackTrace></rerunFailure>
          </testcase>
          <testcase name="left" classname="shop.CartTest" time="0"><skipped message="not on Monday"/></testcase>
          <testcase name="again" classname="shop.CartTest" time="0.2"><rerunFailure message="once"/></testcase>
        </testsuite>
        """);
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(4, 1, 0, 1, 2, false));
    assertThat(found.summary()).isEqualTo("4 tests, 1 failed, 1 skipped, 2 flaky");
    assertThat(found.cases())
        .containsExactly(
            new TestCase(
                "shop.CartTest",
                "adds",
                CaseOutcome.PASSED,
                21L,
                "expected: <1> but was: <2>",
                "\n      org.opentest4j.AssertionFailedError: expected: <1> but was: <2>\n\tat shop.CartTest.adds(CartTest.java:9)\n      \n    ",
                true),
            new TestCase(
                "shop.CartTest", "pays", CaseOutcome.FAILED, 1_002_500L, "first", "T: first"),
            new TestCase("shop.CartTest", "left", CaseOutcome.SKIPPED, 0L, "not on Monday", null),
            new TestCase("shop.CartTest", "again", CaseOutcome.PASSED, 200L, "once", null, true));
  }

  @Test
  void gradle() throws IOException {
    rig.write(
        "build/test-results/test/TEST-shop.CartTest.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite name="shop.CartTest" tests="2" skipped="0" failures="1" errors="0" timestamp="2026-03-01T10:00:00.123Z" hostname="h" time="0.05">
          <properties/>
          <testcase name="adds()" classname="shop.CartTest" time="0.02"/>
          <testcase name="pays(int)[1]" classname="shop.CartTest" time="0.03">
            <failure message="java.lang.AssertionError: no" type="java.lang.AssertionError">java.lang.AssertionError: no
        	at shop.CartTest.pays(CartTest.java:12)</failure>
          </testcase>
          <system-out><![CDATA[]]></system-out>
          <system-err><![CDATA[a <testcase> is only printed]]></system-err>
        </testsuite>
        """);
    assertThat(rig.read().outcomes())
        .containsExactly("shop.CartTest|adds()|passed", "shop.CartTest|pays(int)[1]|failed");
  }

  @Test
  void pytest() throws IOException {
    rig.write(
        "report.xml",
        """
        <?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="2" tests="5" time="0.071" timestamp="2026-03-01T10:00:00.000000+00:00" hostname="h"><testcase classname="tests.test_cart.TestCart" name="test_adds[1-#x1B]" time="0.001" /><testcase classname="tests.test_cart" name="test_pays" time="0.002"><failure message="assert 1 == 2">def test_pays():
        &gt;       assert 1 == 2
        E       assert 1 == 2</failure></testcase><testcase classname="tests.test_cart" name="test_left" time="0.000"><skipped type="pytest.skip" message="no key">tests/test_cart.py:9: no key</skipped></testcase><testcase classname="tests.test_cart" name="test_known" time="0.000"><skipped type="pytest.xfail" message="" /></testcase><testcase classname="" name="tests.test_broken" time="0.000"><error message="collection failure">ImportError</error></testcase></testsuite></testsuites>
        """);
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(5, 1, 1, 2));
    assertThat(found.named("tests.test_broken").group()).isEqualTo("pytest");
  }

  @Test
  void googleTest() throws IOException {
    rig.write(
        "test_detail.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="4" failures="1" disabled="1" errors="0" time="0.01" timestamp="2026-03-01T10:00:00.000" name="AllTests">
          <testsuite name="Cart" tests="4" failures="1" disabled="1" skipped="1" errors="0" time="0.01">
            <testcase name="Adds" file="cart_test.cc" line="9" status="run" result="completed" time="0." classname="Cart" />
            <testcase name="Pays" status="run" result="completed" time="0.01" classname="Cart">
              <failure message="cart_test.cc:14&#x0A;Expected: 1" type=""><![CDATA[cart_test.cc:14
        Expected: 1]]></failure>
              <failure message="another" type=""/>
            </testcase>
            <testcase name="DISABLED_Old" status="notrun" result="suppressed" time="0." classname="Cart" />
            <testcase name="Left" status="run" result="skipped" time="0." classname="Cart"><skipped message="cart_test.cc:20&#x0A;"/></testcase>
          </testsuite>
        </testsuites>
        """);
    assertThat(rig.read().outcomes())
        .containsExactly(
            "Cart|Adds|passed",
            "Cart|Pays|failed",
            "Cart|DISABLED_Old|skipped",
            "Cart|Left|skipped");
  }

  @Test
  void ctest() throws IOException {
    rig.write(
        "build/ctest.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite name="(empty)" tests="4" failures="1" disabled="1" skipped="1" hostname="" time="0" timestamp="2026-03-01T10:00:00">
          <testcase name="adds" classname="adds" time="0.01" status="run"><properties/><system-out>ok</system-out></testcase>
          <testcase name="pays" classname="pays" time="0.02" status="fail"><failure message=""/><system-out>no</system-out></testcase>
          <testcase name="old" classname="old" time="0" status="disabled"><disabled message="Disabled"/></testcase>
          <testcase name="left" classname="left" time="0" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>
        </testsuite>
        """);
    assertThat(rig.read().counts()).isEqualTo(new TestCounts(4, 1, 0, 2));
  }

  @Test
  void jest() throws IOException {
    rig.write(
        "junit.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="jest tests" tests="2" failures="1" errors="0" time="1.5">
          <testsuite name="cart" errors="0" failures="1" skipped="0" timestamp="2026-03-01T10:00:00" time="0.7" tests="2">
            <testcase classname="cart adds" name="cart adds" time="0.003"></testcase>
            <testcase classname="cart pays" name="cart pays" time="0.004">
              <failure>Error: \u001b[2mexpect(\u001b[22m1\u001b[2m)\u001b[22m
            at Object.&lt;anonymous&gt; (cart.test.js:5:13)</failure>
            </testcase>
          </testsuite>
        </testsuites>
        """);
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(2, 1, 0, 0));
    assertThat(found.named("cart pays").message())
        .isEqualTo("Error: \ufffd[2mexpect(\ufffd[22m1\ufffd[2m)\ufffd[22m");
  }

  @Test
  void vitest() throws IOException {
    rig.write(
        "out/results.xml",
        """
        <?xml version="1.0" encoding="UTF-8" ?>
        <testsuites name="vitest tests" tests="3" failures="1" errors="0" time="0.4">
            <testsuite name="src/cart.test.ts" timestamp="2026-03-01T10:00:00.000Z" hostname="h" tests="3" failures="1" errors="0" skipped="1" time="0.01">
                <testcase classname="src/cart.test.ts" name="cart &gt; adds" time="0.001">
                </testcase>
                <testcase classname="src/cart.test.ts" name="cart &gt; pays" time="0.002">
                    <failure message="expected 1 to be 2" type="AssertionError">
        AssertionError: expected 1 to be 2
         ❯ src/cart.test.ts:7:15
                    </failure>
                </testcase>
                <testcase classname="src/cart.test.ts" name="cart &gt; left" time="0">
                    <skipped/>
                </testcase>
            </testsuite>
        </testsuites>
        """);
    assertThat(rig.read().counts()).isEqualTo(new TestCounts(3, 1, 0, 1));
  }

  @Test
  void mocha() throws IOException {
    rig.write(
        "test-results.xml",
        """
        <testsuite name="Mocha Tests" tests="3" failures="0" errors="1" skipped="1" timestamp="Sun, 01 Mar 2026 10:00:00 GMT" time="0.005">
        <testcase classname="cart" name="adds" time="0"/>
        <testcase classname="cart" name="pays" time="0.001"><failure>no AssertionError [ERR_ASSERTION]: no
            at Context.&lt;anonymous&gt; (test/cart.js:6:12)</failure></testcase>
        <testcase classname="cart" name="left" time="0"><skipped/></testcase>
        </testsuite>
        """);
    assertThat(rig.read().counts()).isEqualTo(new TestCounts(3, 1, 0, 1));
  }

  @Test
  void phpUnit() throws IOException {
    rig.write(
        "build/logs/junit.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites>
          <testsuite name="/app/phpunit.xml" tests="2" assertions="2" errors="0" failures="1" skipped="0" time="0.01">
            <testsuite name="unit" tests="2">
              <testsuite name="Shop\\CartTest" file="/app/tests/CartTest.php" tests="2">
                <testsuite name="Shop\\CartTest::testAdds" tests="1">
                  <testcase name="testAdds with data set #0" file="/app/tests/CartTest.php" line="9" class="Shop\\CartTest" assertions="1" time="0.001"/>
                </testsuite>
                <testcase name="testPays" class="Shop\\CartTest" classname="Shop.CartTest" assertions="1" time="0.002">
                  <failure type="PHPUnit\\Framework\\ExpectationFailedException">Shop\\CartTest::testPays
        Failed asserting that 1 matches expected 2.</failure>
                </testcase>
              </testsuite>
            </testsuite>
          </testsuite>
        </testsuites>
        """);
    assertThat(rig.read().outcomes())
        .containsExactly(
            "Shop\\CartTest|testAdds with data set #0|passed", "Shop.CartTest|testPays|failed");
  }

  @Test
  void nextest() throws IOException {
    rig.write(
        "target/nextest/ci/junit.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="nextest-run" tests="3" failures="1" errors="0" uuid="1b0c" timestamp="2026-03-01T10:00:00.000+00:00" time="0.1">
            <testsuite name="shop" tests="3" disabled="0" errors="0" failures="1">
                <testcase name="cart::adds" classname="shop" timestamp="2026-03-01T10:00:00.000+00:00" time="0.004">
                    <flakyFailure timestamp="2026-03-01T10:00:00.000+00:00" time="0.005" message="thread &apos;cart::adds&apos; panicked at src/lib.rs:7" type="test failure">thread panicked</flakyFailure>
                </testcase>
                <testcase name="cart::pays" classname="shop" time="0.004">
                    <failure type="test failure with exit code 101">thread panicked</failure>
                    <rerunFailure type="test failure with exit code 101">thread panicked again</rerunFailure>
                </testcase>
                <testcase name="cart::goes" classname="shop" time="0.003"/>
            </testsuite>
        </testsuites>
        """);
    assertThat(rig.read().counts()).isEqualTo(new TestCounts(3, 1, 0, 0, 1, false));
  }

  @Test
  void goJunitReport() throws IOException {
    rig.write(
        "report.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="3" failures="1" skipped="1">
        	<testsuite name="example.org/shop/cart" tests="3" failures="1" errors="0" id="0" hostname="h" skipped="1" time="0.003" timestamp="2026-03-01T10:00:00Z">
        		<properties><property name="go.version" value="go1.24"></property></properties>
        		<testcase name="TestAdds" classname="example.org/shop/cart" time="0.000"></testcase>
        		<testcase name="TestPays/card" classname="example.org/shop/cart" time="0.000"><failure message="Failed"><![CDATA[    cart_test.go:9: no]]></failure></testcase>
        		<testcase name="TestLeft" classname="example.org/shop/cart" time="0.000"><skipped message="Skipped"></skipped></testcase>
        	</testsuite>
        </testsuites>
        """);
    assertThat(rig.read().counts()).isEqualTo(new TestCounts(3, 1, 0, 1));
  }

  @Test
  void bats() throws IOException {
    rig.write(
        "out/report.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites time="0.1">
        <testsuite name="cart.bats" tests="3" failures="1" errors="0" skipped="1" time="0.1" timestamp="2026-03-01T10:00:00" hostname="h">
            <testcase classname="cart.bats" name="adds" time="0.01" />
            <testcase classname="cart.bats" name="pays" time="0.02">
                <failure type="failure">(in test file cart.bats, line 6)
        `false&#39; failed \u001b[31m&#27;[0m</failure>
            </testcase>
            <testcase classname="cart.bats" name="left" time="0">
                <skipped></skipped>
            </testcase>
        </testsuite>
        </testsuites>
        """);
    assertThat(rig.read().counts()).isEqualTo(new TestCounts(3, 1, 0, 1));
  }

  @Test
  void bazel() throws IOException {
    rig.write(
            "bazel-testlogs/cart/pays_test/test.xml",
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites>
              <testsuite name="cart/pays_test" tests="1" failures="0" errors="1">
                <testcase name="cart/pays_test" status="run" duration="1" time="1"><error message="exited with error code 1"></error></testcase>
                  <system-out>
            Generated test.log (if the file is not UTF-8, then this may be unreadable):
            <![CDATA[exec ${PAGER:-/usr/bin/less} "$0" || exit 1]]>
                  </system-out>
                </testsuite>
            </testsuites>
            """)
        .write(
            "bazel-testlogs/cart/adds_test/test.xml",
            "<testsuites><testsuite name='cart/adds_test' tests='1'><testcase name='cart/adds_test' status='run' time='1'/></testsuite></testsuites>");
    assertThat(rig.read().outcomes())
        .containsExactly(
            "cart/adds_test|cart/adds_test|passed", "cart/pays_test|cart/pays_test|errored");
  }

  @Test
  void rspec() throws IOException {
    rig.write(
        "rspec.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite name="rspec" tests="3" skipped="1" failures="1" errors="0" time="0.003" timestamp="2026-03-01T10:00:00+00:00" hostname="h">
        <properties><property name="seed" value="1"/></properties>
        <testcase classname="spec.cart_spec" name="Cart adds" file="./spec/cart_spec.rb" time="0.001"></testcase>
        <testcase classname="spec.cart_spec" name="Cart pays" file="./spec/cart_spec.rb" time="0.001"><failure message="expected: 2&#10;     got: 1" type="RSpec::Expectations::ExpectationNotMetError">Failure/Error: expect(1).to eq 2</failure></testcase>
        <testcase classname="spec.cart_spec" name="Cart leaves" file="./spec/cart_spec.rb" time="0.000"><skipped/></testcase>
        </testsuite>
        """);
    assertThat(rig.read().named("Cart pays").message()).isEqualTo("expected: 2\n     got: 1");
  }
}
