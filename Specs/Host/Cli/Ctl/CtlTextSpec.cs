using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Cli.Ctl.Output;
using ActorEtcd.Host.Cli.Ctl.Text;
using Xunit;

namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>What needs no server: texts, tables, versions, completion, help.</summary>
public sealed class CtlTextSpec
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\tb\n\"c\"\\", "\"a\\tb\\n\\\"c\\\"\\\\\"")]
    [InlineData("ü √ 日", "\"ü √ 日\"")]
    [InlineData("\u0001\u007f\u00a0\u200b", "\"\\x01\\x7f\\u00a0\\u200b\"")]
    [InlineData("\U0001F600\uFFFF", "\"😀\\uffff\"")]
    public void Text_is_quoted_as_in_Go(string text, string quoted) => Assert.Equal(quoted, GoText.Quote(text));

    [Fact]
    public void Bytes_that_are_no_text_are_quoted_as_escapes()
        => Assert.Equal("\"a\\xff\\xc3b\"", GoText.Quote([(byte)'a', 0xff, 0xc3, (byte)'b']));

    [Theory]
    [InlineData(0.0000005, "500ns")]
    [InlineData(0.0009569, "956.9µs")]
    [InlineData(0.0483716, "48.3716ms")]
    [InlineData(2, "2s")]
    [InlineData(62.5, "1m2.5s")]
    [InlineData(3600, "1h0m0s")]
    public void Duration_is_told_as_in_Go(double seconds, string text)
        => Assert.Equal(text, GoText.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Table_has_signs_up_to_3_6_and_boxes_from_3_7_on()
    {
        var table = new CtlTable(["endpoint", "hash_revision"], [["a", "12345678901234"]]);
        Assert.Equal(
            """
            +----------+----------------+
            | ENDPOINT | HASH REVISION  |
            +----------+----------------+
            |        a | 12345678901234 |
            +----------+----------------+

            """,
            table.Draw(withBoxes: false));
        Assert.Equal(
            """
            ┌──────────┬────────────────┐
            │ ENDPOINT │ HASH REVISION  │
            ├──────────┼────────────────┤
            │        a │ 12345678901234 │
            └──────────┴────────────────┘

            """,
            table.Draw(withBoxes: true));
    }

    [Theory]
    [InlineData("one 'two three' \"fo\\tur\" fi\"ve", new[] { "one", "two three", "fo\tur", "fi\"ve" })]
    [InlineData("  ", new string[0])]
    public void Line_is_taken_apart_at_blanks_outside_quotes(string line, string[] words)
        => Assert.Equal(words, WordSplitter.Split(line));

    [Theory]
    [InlineData("3.4.23", "3.4")]
    [InlineData("3.5.0", "3.5")]
    [InlineData("3.7.0", "3.7")]
    public async Task Version_is_the_one_that_is_wanted(string version, string api)
    {
        var told = await CtlRun.RunAsync(["version", "--compat-version", version]);
        Assert.Equal($"etcdctl version: {version}\nAPI version: {api}\n", told.Output);
    }

    [Fact]
    public async Task Unknown_version_is_refused()
    {
        var told = await CtlRun.RunAsync(["version", "--compat-version", "2.3"]);
        Assert.Equal(CtlExit.BadArguments, told.ExitCode);
        Assert.StartsWith("Error: invalid version", told.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _etcdctl_complete etcdctl")]
    [InlineData("zsh", "compdef _etcdctl_complete etcdctl")]
    [InlineData("fish", "complete -c etcdctl")]
    [InlineData("powershell", "-CommandName etcdctl")]
    public async Task Completion_script_is_there_for_each_shell(string shell, string line)
        => Assert.Contains(line, (await CtlRun.RunAsync(["completion", shell])).Succeeded(), StringComparison.Ordinal);

    [Theory]
    [InlineData(new[] { "en" }, "endpoint\t")]
    [InlineData(new[] { "endpoint", "st" }, "status\t")]
    [InlineData(new[] { "endpoint", "status", "--clu" }, "--cluster\t")]
    [InlineData(new[] { "get", "-w", "js" }, "json\t")]
    [InlineData(new[] { "get", "--order", "D" }, "DESCEND\t")]
    public async Task Completion_offers_what_could_stand_there(string[] words, string offered)
        => Assert.Contains(offered, (await CtlRun.RunAsync(["__complete", .. words])).Succeeded(), StringComparison.Ordinal);

    [Theory]
    [InlineData("get --help", "etcdctl get <key> [range_end] [flags]")]
    [InlineData("help lease grant", "etcdctl lease grant <ttl> [flags]")]
    [InlineData("--help", "member promote")]
    [InlineData("options", "--keepalive-timeout=6s")]
    public async Task Help_is_there_for_every_command(string line, string expected)
        => Assert.Contains(expected, (await CtlRun.RunAsync(line.Split(' '))).Succeeded(), StringComparison.Ordinal);

    [Fact]
    public async Task Variable_and_flag_at_once_are_refused()
    {
        var environment = new Dictionary<string, string> { ["ETCDCTL_WRITE_OUT"] = "json" };
        var told = await CtlRun.RunAsync(["version", "-w", "json"], "", environment);
        Assert.Equal(CtlExit.Error, told.ExitCode);
        Assert.Contains("conflicting environment variable \"ETCDCTL_WRITE_OUT\"", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_variable_is_told()
    {
        var environment = new Dictionary<string, string> { ["ETCDCTL_NONSENSE"] = "x" };
        var told = await CtlRun.RunAsync(["version"], "", environment);
        Assert.Equal(CtlExit.Success, told.ExitCode);
        Assert.Contains("unrecognized environment variable ETCDCTL_NONSENSE=x", told.Errors, StringComparison.Ordinal);
    }
}
