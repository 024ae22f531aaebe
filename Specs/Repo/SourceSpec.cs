using System.Text.RegularExpressions;
using Xunit;

namespace ActorEtcd.Specs.Repo;

/// <summary>Rules that hold for every source file. A failure names the files and what to do.</summary>
public sealed partial class SourceSpec
{
    private const int LinesMax = 500;

    private static readonly string[] OwnFolders = ["Actors", "Host", "Persistence", "Specs"];
    private static readonly string[] AllFolders = [.. OwnFolders, "Akka"];

    /// <summary>Files that are longer than the limit, with their length now: they may shrink, not grow.</summary>
    private static readonly Dictionary<string, int> LongFiles = [];

    /// <summary>Specs that may name a waiting call, and why.</summary>
    private static readonly Dictionary<string, string> MayWait = new()
    {
        ["Specs/Host/Grpc/GrpcStreamSpec.cs"] = "a handler that never answers, ended by its cancellation",
        ["Specs/Persistence/Journal/WalHarness.cs"] = "the limit of a wait for a task, not a pause",
    };

    [Theory]
    [InlineData("Actors", "ActorEtcd")]
    [InlineData("Host", "ActorEtcd.Host")]
    [InlineData("Persistence", "ActorEtcd.Persistence")]
    [InlineData("Specs", "ActorEtcd.Specs")]
    public void Namespaces_follow_folders(string folder, string root)
    {
        var wrong = new List<string>();
        foreach (string file in Repository.Files(folder, ".cs"))
        {
            Match declared = Namespace().Match(Repository.Read(file));
            string[] parts = file.Split('/')[1..^1];
            string expected = string.Join('.', [root, .. parts]);
            if (declared.Success && declared.Groups[1].Value != expected)
            {
                wrong.Add($"{file}: {declared.Groups[1].Value} should be {expected}");
            }
        }

        AssertNone(wrong);
    }

    [Fact]
    public void Files_stay_short() => AssertNone(AllFolders
        .SelectMany(folder => Repository.Files(folder, ".cs"))
        .Select(file => (File: file, Lines: Repository.Lines(file).Length))
        .Where(found => found.Lines > LongFiles.GetValueOrDefault(found.File, LinesMax))
        .Select(found => $"{found.File} has {found.Lines} lines: split it by concern"));

    [Fact]
    public void Long_files_that_became_short_leave_the_list() => AssertNone(LongFiles
        .Where(entry => Repository.Lines(entry.Key).Length <= LinesMax)
        .Select(entry => $"{entry.Key} is short now: take it from the list"));

    [Fact]
    public void Nothing_is_compiled_conditionally() => AssertNone(OwnFolders
        .SelectMany(folder => Repository.Files(folder, ".cs"))
        .Where(file => Conditional().IsMatch(Repository.Read(file)))
        .Select(file => $"{file}: the same source compiles against the subset and the packages"));

    [Fact]
    public void Nothing_is_left_for_later() => AssertNone(AllFolders
        .SelectMany(folder => Repository.Files(folder, ".cs"))
        .Concat(Repository.Files("hocon", ".conf"))
        .Concat(Repository.Files(".", ".md"))
        .Where(file => file != "Specs/Repo/SourceSpec.cs" && Leftover().IsMatch(Repository.Read(file)))
        .Select(file => $"{file}: do it or leave it out"));

    [Fact]
    public void Actors_have_neither_clock_nor_dice_nor_threads_of_their_own() => AssertNone(
        Repository.Files("Actors", ".cs")
            .SelectMany(file => Banned().Matches(Repository.Code(file)).Select(match => $"{file}: {match.Value}"))
            .Select(found => $"{found}; Actors/BannedSymbols.txt names what to use instead"));

    [Fact]
    public void Specs_do_not_sleep() => AssertNone(Repository.Files("Specs", ".cs")
        .Where(file => !file.StartsWith("Specs/Benchmarks/", StringComparison.Ordinal)
            && !MayWait.ContainsKey(file)
            && Sleeping().IsMatch(Repository.Code(file)))
        .Select(file => $"{file}: wait for an event (Poll, TestKit, virtual time) instead of sleeping"));

    [Fact]
    public void Specs_that_may_wait_do() => AssertNone(MayWait.Keys
        .Where(file => !Sleeping().IsMatch(Repository.Code(file)))
        .Select(file => $"{file}: take it from the list"));

    private static void AssertNone(IEnumerable<string> findings)
    {
        string[] found = [.. findings];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\s*#if\b", RegexOptions.Multiline)]
    private static partial Regex Conditional();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b")]
    private static partial Regex Leftover();

    [GeneratedRegex(@"\b(DateTime|DateTimeOffset)\.(Utc)?Now\b|\bRandom\.Shared\b|\bThread\.Sleep\b|\bTask\.(Run|Delay)\b|\bnew Thread\(")]
    private static partial Regex Banned();

    [GeneratedRegex(@"\bThread\.Sleep\b|\bTask\.Delay\b")]
    private static partial Regex Sleeping();
}
