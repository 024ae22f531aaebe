using System.Diagnostics;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>The checker itself: histories whose answer is known, random ones against a search without any cleverness.</summary>
public sealed class LinearizabilitySpec(ITestOutputHelper output)
{
    private const int RandomHistories = 4_000;
    private const int LargeCalls = 10_000;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public void Read_after_write_sees_it() => Register(Verdict.Linearizable, Write("a", 0, 1), Read("a", 2, 3));

    [Fact]
    public void Read_after_write_that_sees_nothing_is_stale() => Register(Verdict.NotLinearizable, Write("a", 0, 1), Read(null, 2, 3));

    [Fact]
    public void Read_beside_a_write_sees_either()
    {
        Register(Verdict.Linearizable, Write("a", 0, 10), Read(null, 1, 2), Read("a", 3, 4));
        Register(Verdict.NotLinearizable, Write("a", 0, 10), Read("a", 1, 2), Read(null, 3, 4));
    }

    [Fact]
    public void Calls_that_touch_at_one_moment_overlap() => Register(Verdict.Linearizable, Write("a", 0, 5), Read(null, 5, 6));

    [Fact]
    public void Write_of_unknown_outcome_may_happen_late_or_never()
    {
        Register(Verdict.Linearizable, Write("a", 0, 1), Write("b", 2, Never), Read("a", 3, 4), Read("b", 90, 91));
        Register(Verdict.Linearizable, Write("a", 0, 1), Write("b", 2, Never), Read("a", 90, 91));
        Register(Verdict.NotLinearizable, Write("a", 0, 1), Write("b", 2, Never), Read("b", 3, 4), Read("a", 5, 6));
        Register(Verdict.NotLinearizable, Write("a", 0, 1), Read("b", 2, 3), Write("b", 4, Never));
    }

    [Fact]
    public void Only_one_of_two_equal_comparisons_succeeds()
    {
        Register(Verdict.Linearizable, Write("a", 0, 1), Cas("a", "b", true, 2, 9), Cas("a", "c", false, 2, 9), Read("b", 10, 11));
        Register(Verdict.NotLinearizable, Write("a", 0, 1), Cas("a", "b", true, 2, 9), Cas("a", "c", true, 2, 9));
        Register(Verdict.NotLinearizable, Write("a", 0, 1), Cas("a", "b", false, 2, 9));
    }

    [Fact]
    public void Set_that_loses_an_acknowledged_element_is_found()
    {
        Call<SetOperation>[] kept = [Of<SetOperation>(new SetOperation.Add("x"), 0, 1), Of<SetOperation>(new SetOperation.Add("y"), 0, 5), Of<SetOperation>(new SetOperation.Read(["x"]), 2, 3)];
        Call<SetOperation>[] lost = [.. kept, Of<SetOperation>(new SetOperation.Remove("x"), 6, 7), Of<SetOperation>(new SetOperation.Read(["x", "y"]), 8, 9)];
        Assert.Equal(Verdict.Linearizable, Check(new SetModel(), kept).Verdict);
        Assert.Equal(Verdict.NotLinearizable, Check(new SetModel(), lost).Verdict);
    }

    [Fact]
    public void Transactions_over_lists_that_see_each_other_half_are_found()
    {
        Call<ListTransaction>[] skewed =
        [
            Of(new ListTransaction([("a", "")], [("b", "1")]), 0, 9),
            Of(new ListTransaction([("b", "")], [("a", "2")]), 0, 9),
            Of(new ListTransaction([("a", "2"), ("b", "1")], []), 10, 11),
        ];
        Call<ListTransaction>[] serial = [skewed[0], Of(new ListTransaction([("b", "1")], [("a", "2")]), 0, 9), skewed[2]];
        Assert.Equal(Verdict.NotLinearizable, Check(new ListModel(), skewed).Verdict);
        Assert.Equal(Verdict.Linearizable, Check(new ListModel(), serial).Verdict);
    }

    [Fact]
    public void Random_histories_get_the_verdict_of_the_plain_search()
    {
        int seed = SpecEnvironment.Seed ?? 20_261;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int violations = 0;
        for (int i = 0; i < RandomHistories; i++)
        {
            Call<RegisterOperation>[] calls = RandomHistory.OfRegister(random, random.Next(1, 9));
            bool plain = PlainSearch.IsLinearizable(new RegisterModel(), calls);
            CheckResult found = Check(new RegisterModel(), calls);
            Assert.True(
                found.Verdict == (plain ? Verdict.Linearizable : Verdict.NotLinearizable),
                $"seed {seed}, history {i}: plain search says {plain}\n{ViolationTrace.Text("register", calls, found)}");
            violations += plain ? 0 : 1;
        }

        output.WriteLine($"{violations} of {RandomHistories} are not linearizable");
        Assert.InRange(violations, RandomHistories / 10, RandomHistories * 9 / 10);
    }

    [Fact]
    public void Settling_unknown_writes_by_who_saw_them_changes_no_verdict()
    {
        int seed = SpecEnvironment.Seed ?? 20_262;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int unknown = 0;
        int violations = 0;
        for (int i = 0; i < RandomHistories; i++)
        {
            Call<RegisterOperation>[] calls = RandomHistory.OfUniqueValues(random, random.Next(2, 7));
            List<Call<RegisterOperation>> settled = Observations.Settle(calls);
            bool plain = PlainSearch.IsLinearizable(new RegisterModel(), calls);
            CheckResult found = Check(new RegisterModel(), settled);
            Assert.True(
                found.Verdict == (plain ? Verdict.Linearizable : Verdict.NotLinearizable),
                $"seed {seed}, history {i}: plain search says {plain}\n{ViolationTrace.Text("register", calls, found with { Longest = [] })}");
            unknown += calls.Count(call => !call.IsKnown) - settled.Count(call => !call.IsKnown);
            violations += plain ? 0 : 1;
        }

        output.WriteLine($"{unknown} writes settled, {violations} of {RandomHistories} are not linearizable");
        Assert.InRange(violations, RandomHistories / 10, RandomHistories * 9 / 10);
        Assert.True(unknown > RandomHistories / 10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Large_history_is_decided_in_time(bool spoilt)
    {
        var random = new Random(7);
        List<Call<RegisterOperation>> calls = RandomHistory.Simulated(random, LargeCalls, clients: 6);
        if (spoilt)
        {
            int read = calls.FindIndex(LargeCalls * 9 / 10, call => call is { IsKnown: true, Operation: RegisterOperation.Read });
            calls[read] = calls[read] with { Operation = new RegisterOperation.Read("never written") };
        }

        long start = Stopwatch.GetTimestamp();
        CheckResult result = Check(new RegisterModel(), Observations.Settle(calls));
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        output.WriteLine($"{calls.Count} calls, {calls.Count(call => !call.IsKnown)} of unknown outcome: {result.Verdict} in {took.TotalMilliseconds:F0} ms, {result.Steps} steps");
        Assert.Equal(spoilt ? Verdict.NotLinearizable : Verdict.Linearizable, result.Verdict);
        Assert.True(took < TimeSpan.FromSeconds(20), $"took {took}");
    }

    [Fact]
    public void Trace_names_the_call_that_does_not_fit()
    {
        Call<RegisterOperation>[] calls = [Write("a", 0, 1), Write("b", 2, 3), Read("a<", 4, 5)];
        CheckResult result = Check(new RegisterModel(), calls);
        Assert.Equal([0, 1], result.Longest);
        string text = ViolationTrace.Text("key k", calls, result);
        Assert.Contains("which gives b; none of these fits next:", text, StringComparison.Ordinal);
        Assert.Contains("read -> a<", text, StringComparison.Ordinal);
        Assert.Contains("class=\"c b\" title=\"read -&gt; a&lt;\"", ViolationTrace.Html("key k", calls, result), StringComparison.Ordinal);
    }

    private const long Never = Call<RegisterOperation>.Never;

    private static void Register(Verdict expected, params Call<RegisterOperation>[] calls)
    {
        Assert.Equal(expected, Check(new RegisterModel(), calls).Verdict);
        Assert.Equal(expected == Verdict.Linearizable, PlainSearch.IsLinearizable(new RegisterModel(), calls));
    }

    private static CheckResult Check<TState, TOperation>(IModel<TState, TOperation> model, IReadOnlyList<Call<TOperation>> calls)
        where TState : notnull
        where TOperation : notnull
        => new LinearizabilitySearch<TState, TOperation>(model, calls, Long).Run();

    private static Call<RegisterOperation> Read(string? found, long start, long end) =>
        Of<RegisterOperation>(new RegisterOperation.Read(found), start, end);

    private static Call<RegisterOperation> Write(string? value, long start, long end) =>
        Of<RegisterOperation>(new RegisterOperation.Write(value), start, end);

    private static Call<RegisterOperation> Cas(string? expected, string? value, bool succeeded, long start, long end) =>
        Of<RegisterOperation>(new RegisterOperation.CompareAndSet(expected, value, succeeded), start, end);

    private static Call<TOperation> Of<TOperation>(TOperation operation, long start, long end) => new(0, operation, start, end);
}
