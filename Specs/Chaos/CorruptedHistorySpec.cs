using ActorEtcd.Specs.Chaos.Checker;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Histories in which one thing is changed by the seed, so that a promise is broken: the checks must find every one, and
/// must find nothing in the histories as they were.
/// </summary>
public sealed class CorruptedHistorySpec(ITestOutputHelper output)
{
    private const int Seeds = 60;
    private const int Requests = 250;

    private static readonly TimeSpan Search = TimeSpan.FromSeconds(60);

    [Fact]
    public void Histories_without_a_fault_pass()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var run = new MadeUpRun(seed, Requests);
            Assert.True(Violations(run) is [], $"seed {seed}: {string.Join('\n', Violations(run))}");
        }
    }

    [Fact]
    public void Acknowledged_write_that_is_gone_is_found() => EachIsFound((run, random) =>
    {
        Write lost = Any(random, run.Writes.Where(write => write.Revision > 2));
        run.History.RemoveAll(change => change.Revision == lost.Revision);
        return true;
    });

    [Fact]
    public void Last_acknowledged_writes_that_are_gone_are_found() => EachIsFound((run, random) =>
    {
        // As after a loss of what several members had: nothing is missing before it.
        long kept = random.NextInt64(run.History[^1].Revision - 10, run.History[^1].Revision - 3);
        run.History.RemoveAll(change => change.Revision > kept);
        return run.Writes.Exists(write => write.Revision > kept);
    });

    [Fact]
    public void Write_that_happens_again_is_found() => EachIsFound((run, random) =>
    {
        HistoryEvent done = Any(random, run.History.Where(change => change.Value != null));
        run.History.Add(done with { Revision = run.History[^1].Revision + 1 });
        return true;
    });

    [Fact]
    public void Refused_write_that_happens_is_found() => EachIsFound((run, random) =>
    {
        Write refused = Any(random, run.Writes.Where(write => write is { Value: not null, Revision: > 0 }));
        run.Writes.Remove(refused);
        return true;
    });

    [Fact]
    public void Writes_in_another_order_than_they_were_acknowledged_in_are_found() => EachIsFound((run, random) =>
    {
        int at = random.Next(run.History.Count - 1);
        (HistoryEvent first, HistoryEvent second) = (run.History[at], run.History[at + 1]);
        run.History[at] = second with { Revision = first.Revision };
        run.History[at + 1] = first with { Revision = second.Revision };
        return run.Writes.Exists(write => write.Revision == first.Revision) || run.Writes.Exists(write => write.Revision == second.Revision);
    });

    [Fact]
    public void Linearizable_read_of_what_was_overwritten_before_it_is_found() => EachIsFound((run, random) =>
    {
        for (int tries = 0; tries < run.Reads.Count; tries++)
        {
            int at = random.Next(run.Reads.Count);
            Read read = run.Reads[at];
            Write? newer = run.Writes.LastOrDefault(write => write.Revision > 0 && write.FinishedAt < read.StartedAt);
            if (read.Linearizable && newer != null)
            {
                HistoryEvent? old = run.At(read.Key, newer.Revision - 1);
                run.Reads[at] = read with { HeaderRevision = newer.Revision - 1, Value = old?.Value, ModRevision = old?.Revision ?? 0 };
                return true;
            }
        }

        return false;
    });

    [Fact]
    public void Answers_alone_without_revisions_show_a_stale_read() => EachIsFound(
        (run, random) =>
        {
            for (int tries = 0; tries < run.Reads.Count; tries++)
            {
                int at = random.Next(run.Reads.Count);
                Read read = run.Reads[at];
                string[] overwritten =
                [
                    .. run.Writes.Where(write => write.Key == read.Key && write is { Value: not null, Revision: > 0 })
                        .Where(write => run.Writes.Exists(later => later.Key == read.Key && later.Revision > write.Revision
                            && later.StartedAt > write.FinishedAt && later.FinishedAt < read.StartedAt))
                        .Select(write => write.Value!),
                ];
                if (read.Linearizable && overwritten.Length > 0)
                {
                    run.Reads[at] = read with { Value = Any(random, overwritten) };
                    return true;
                }
            }

            return false;
        },
        ModelViolations);

    [Fact]
    public void Serializable_read_of_what_never_was_is_found() => EachIsFound((run, random) =>
    {
        int at = run.Reads.FindIndex(random.Next(run.Reads.Count), read => !read.Linearizable);
        if (at >= 0)
        {
            run.Reads[at] = run.Reads[at] with { Value = run.Reads[at].Value + "x" };
        }

        return at >= 0;
    });

    [Fact]
    public void Comparison_that_did_not_hold_is_found() => EachIsFound((run, random) =>
    {
        int at = run.Writes.FindIndex(random.Next(run.Writes.Count), write => write is { ExpectedModRevision: >= 0, Revision: > 0 });
        if (at >= 0)
        {
            run.Writes[at] = run.Writes[at] with { ExpectedModRevision = run.Writes[at].ExpectedModRevision + 1 };
        }

        return at >= 0;
    });

    [Fact]
    public void Set_that_lacks_an_element_is_found_from_answers_alone() => EachIsFound(
        (run, random) =>
        {
            int at = run.SetCalls.FindLastIndex(call => call.Operation is SetOperation.Read);
            if (at < 0 || run.SetCalls[at].Operation is not SetOperation.Read read)
            {
                return false;
            }

            string[] certain =
            [
                .. run.SetCalls.Where(call => call.Operation is SetOperation.Add && call.IsKnown && call.End < run.SetCalls[at].Start)
                    .Select(call => ((SetOperation.Add)call.Operation).Element),
            ];
            if (certain.Length > 0)
            {
                string lost = Any(random, certain);
                run.SetCalls[at] = run.SetCalls[at] with { Operation = new SetOperation.Read([.. read.Found.Where(element => element != lost)]) };
            }

            return certain.Length > 0;
        },
        ModelViolations);

    [Fact]
    public void Append_that_is_gone_is_found_from_answers_alone() => EachIsFound(
        (run, random) =>
        {
            // Somebody saw what was appended, so that it is known to have been there.
            int at = run.ListCalls.FindIndex(random.Next(run.ListCalls.Count), call => call.IsKnown && run.ListCalls.Exists(later =>
                later.IsKnown && later.Operation.Reads[0].List == call.Operation.Reads[0].List
                && later.Operation.Reads[0].Found.Split(' ').Contains(call.Operation.Appends[0].Element)));
            if (at >= 0)
            {
                run.ListCalls.RemoveAt(at);
            }

            return at >= 0;
        },
        ModelViolations);

    [Fact]
    public void Lock_with_two_holders_is_found() => EachIsFound((run, random) =>
    {
        int at = random.Next(run.Holds.Count - 1);
        run.Holds[at] = run.Holds[at] with { HeldUntil = run.Holds[at + 1].HeldFrom + 1 };
        return true;
    });

    [Theory]
    [InlineData("left out")]
    [InlineData("again")]
    [InlineData("later")]
    [InlineData("after progress")]
    [InlineData("another value")]
    [InlineData("another before")]
    public void Watch_that_breaks_its_promise_is_found(string how)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var run = new MadeUpRun(seed, Requests);
            var random = new Random(seed);
            Assert.Empty(Watched(run.History, run.History, "", at: -1));
            Assert.True(Watched(run.History, Changed(run.History, how, random, out int at), how, at).Count > 0, $"seed {seed}: {how} at {at}");
        }
    }

    private static List<HistoryEvent> Changed(List<HistoryEvent> history, string how, Random random, out int at)
    {
        List<HistoryEvent> told = [.. history];
        int place = random.Next(1, told.Count - 1);
        at = place;
        switch (how)
        {
            case "left out":
                told.RemoveAt(at);
                break;
            case "again":
                told.Insert(at, told[at - 1]);
                break;
            case "later":
                (told[at], told[at - 1]) = (told[at - 1], told[at]);
                break;
            case "another value":
                told[at] = told[at] with { Value = told[at].Value + "x" };
                break;
        }

        return told;
    }

    private static List<string> Watched(List<HistoryEvent> whole, List<HistoryEvent> told, string how, int at)
    {
        var violations = new List<string>();
        var judge = new WatchJudge(violations.Add);
        long next = 2;
        var before = new Dictionary<string, HistoryEvent>();
        for (int i = 0; i < told.Count; i++)
        {
            HistoryEvent change = told[i];
            HistoryEvent? old = before.GetValueOrDefault(change.Key) is { Value: not null } there ? there : null;
            bool isWrong = i == at && how == "another before";
            if (i == at && how == "after progress")
            {
                judge.Progress(change.Revision);
            }

            judge.Take("m", next, change, (old?.Revision ?? 0) + (isWrong ? 1 : 0), old?.Value);
            before[change.Key] = change;
            next = change.Revision + 1;
        }

        violations.AddRange(ChaosChecks.Compare(whole, [.. judge.Events], prefix: null));
        return violations;
    }

    private static List<string> Violations(MadeUpRun run) =>
        [.. ChaosChecks.Run([.. run.History], run.Log()), .. ModelViolations(run)];

    private static List<string> ModelViolations(MadeUpRun run)
    {
        string folder = Directory.CreateTempSubdirectory("actor-etcd-corrupted-").FullName;
        try
        {
            var models = new ModelChecks(run.Log(), folder, Search);
            List<string> found = [.. models.Run()];
            Assert.Equal(0, models.Undecided);
            return found;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static T Any<T>(Random random, IEnumerable<T> choices)
    {
        T[] all = [.. choices];
        return all[random.Next(all.Length)];
    }

    /// <param name="corrupt">False when this history has nothing to be corrupted.</param>
    /// <param name="violations">What has to find it; both ways together by default.</param>
    private void EachIsFound(Func<MadeUpRun, Random, bool> corrupt, Func<MadeUpRun, List<string>>? violations = null)
    {
        int corrupted = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            var run = new MadeUpRun(seed, Requests);
            if (corrupt(run, new Random(seed)))
            {
                corrupted++;
                Assert.True((violations ?? Violations)(run).Count > 0, $"seed {seed}: not found");
            }
        }

        output.WriteLine($"{corrupted} histories corrupted, every one found");
        Assert.InRange(corrupted, Seeds / 3, Seeds);
    }
}
