using System.Globalization;
using System.Text;

namespace ActorEtcd.Specs.Chaos;

/// <summary>What is left of a run: a table for people, and after a violation everything, in a folder.</summary>
internal sealed class ChaosReport(ChaosSettings settings, ChaosLog log)
{
    private const int ViolationsShown = 20;
    private const int ErrorsShown = 8;

    public List<string> Violations { get; } = [];

    public int Histories { get; set; }

    public int HistoryCalls { get; set; }

    public int Undecided { get; set; }

    public int Events { get; set; }

    public int Resumptions { get; set; }

    public string Summary()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"chaos: {settings}");
        text.AppendLine("fault                   count");
        foreach ((string kind, int count) in log.FaultCounts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {kind,-22}{count,5}");
        }

        text.AppendLine("operation               acknowledged   failed  unknown");
        foreach ((string operation, OperationCount count) in log.Operations.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {operation,-22}{count[Outcome.Acknowledged],12} {count[Outcome.Failed],8} {count[Outcome.Unknown],8}");
        }

        int holds = log.Holds.Count;
        text.AppendLine(CultureInfo.InvariantCulture, $"watches: {Events} events each, resumed {Resumptions} times; locks held {holds} times");
        text.AppendLine(CultureInfo.InvariantCulture, $"checked: whole store by revision; {Histories} histories of {HistoryCalls} calls by search, {Undecided} undecided");
        text.AppendLine(CultureInfo.InvariantCulture, $"longest time without an acknowledged write: {log.WorstUnavailability().TotalSeconds:F1} s");
        text.AppendLine(CultureInfo.InvariantCulture, $"violations: {Violations.Count}");
        foreach (string violation in Violations.Take(ViolationsShown))
        {
            text.AppendLine("  " + violation);
        }

        return text.ToString();
    }

    /// <summary>Keeps the whole run for whoever looks into a violation.</summary>
    public void Keep(string folder, IReadOnlyList<HistoryEvent[]> watches, string memberLogs)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "summary.txt"), Summary());
        File.WriteAllLines(Path.Combine(folder, "violations.txt"), Violations);
        File.WriteAllLines(Path.Combine(folder, "faults.txt"), log.Faults);
        File.WriteAllText(Path.Combine(folder, "members.txt"), memberLogs);
        File.WriteAllLines(Path.Combine(folder, "errors.txt"), log.Errors.OrderByDescending(error => error.Value).Select(error => $"{error.Value,6} {error.Key}"));
        File.WriteAllLines(
            Path.Combine(folder, "requests.txt"),
            log.Writes.Select(write => (write.StartedAt, Text: write.ToString()))
                .Concat(log.Reads.Select(read => (read.StartedAt, Text: read.ToString())))
                .Concat(log.RangeReads.Select(read => (read.StartedAt, Text: $"{read} [{string.Join(' ', read.Found)}]")))
                .OrderBy(request => request.StartedAt)
                .Select(request => request.Text));
        for (int i = 0; i < watches.Count; i++)
        {
            File.WriteAllLines(Path.Combine(folder, $"watch-{i}.txt"), watches[i].Select(change => change.ToString()));
        }
    }

    public string Faults() => string.Join('\n', log.Faults);

    public string Errors() => string.Join('\n', log.Errors.OrderByDescending(error => error.Value).Take(ErrorsShown).Select(error => $"{error.Value,6} {error.Key}"));
}
