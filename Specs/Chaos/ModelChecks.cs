using ActorEtcd.Specs.Chaos.Checker;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Looks for an order of what clients did, from their answers alone: revisions, headers and watches are not believed.
/// Keys that are used alone are checked one by one, which is sound since an object is linearizable when its parts are;
/// lists that share transactions are checked together.
/// </summary>
internal sealed class ModelChecks(ChaosLog log, string folder, TimeSpan within)
{
    private const int FileNameLengthMax = 60;

    private readonly List<string> _violations = [];

    public int Histories { get; private set; }

    public int Calls { get; private set; }

    public int Undecided { get; private set; }

    public IReadOnlyList<string> Run()
    {
        foreach ((string key, List<Call<RegisterOperation>> calls) in Registers())
        {
            Check($"key {key}", new RegisterModel(), Observations.Settle(calls));
        }

        foreach (var set in log.SetCalls.GroupBy(entry => entry.Set, entry => entry.Call))
        {
            Check($"set {set.Key}", new SetModel(), Observations.Settle([.. set]));
        }

        foreach (var lists in log.ListCalls.GroupBy(entry => entry.Lists, entry => entry.Call))
        {
            Check($"lists {lists.Key}", new ListModel(), Observations.Settle([.. lists]));
        }

        return _violations;
    }

    private IEnumerable<(string Key, List<Call<RegisterOperation>> Calls)> Registers()
    {
        IEnumerable<(string Key, Call<RegisterOperation> Call)> calls =
        [
            .. log.Writes.Select(write => (write.Key, CallOf(write))),
            .. log.Reads.Where(read => read.Linearizable).Select(read => (read.Key, new Call<RegisterOperation>(
                read.Client, new RegisterOperation.Read(read.Value), read.StartedAt, read.FinishedAt))),
        ];
        return calls
            .Where(call => call.Key.StartsWith("own/", StringComparison.Ordinal) || call.Key.StartsWith("shared/", StringComparison.Ordinal))
            .GroupBy(call => call.Key, call => call.Call)
            .Select(group => (group.Key, group.ToList()));
    }

    private static Call<RegisterOperation> CallOf(Write write)
    {
        RegisterOperation operation = write.ExpectedModRevision < 0
            ? new RegisterOperation.Write(write.Value)
            : new RegisterOperation.CompareAndSet(write.ExpectedValue, write.Value, Succeeded: true);
        long end = write.Revision == 0 ? Call<RegisterOperation>.Never : write.FinishedAt;
        return new Call<RegisterOperation>(write.Client, operation, write.StartedAt, end);
    }

    private void Check<TState, TOperation>(string what, IModel<TState, TOperation> model, List<Call<TOperation>> calls)
        where TState : notnull
        where TOperation : notnull
    {
        CheckResult result = new LinearizabilitySearch<TState, TOperation>(model, calls, within).Run();
        Histories++;
        Calls += calls.Count;
        if (result.Verdict == Verdict.Linearizable)
        {
            return;
        }

        Undecided += result.Verdict == Verdict.Undecided ? 1 : 0;
        Directory.CreateDirectory(folder);
        string name = string.Concat(what.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        string page = Path.Combine(folder, name[..Math.Min(name.Length, FileNameLengthMax)] + ".html");
        File.WriteAllText(page, ViolationTrace.Html(what, calls, result));
        if (result.Verdict == Verdict.NotLinearizable)
        {
            _violations.Add($"{ViolationTrace.Text(what, calls, result)}  drawn in {page}");
        }
    }
}
