namespace Akka.MultiNode.TestAdapter.Internal;

/// <summary>Nodes of a test failed; the message holds the ends of their logs.</summary>
internal sealed class NodesFailedException : Exception
{
    public NodesFailedException(IReadOnlyList<NodeProcess> failed, TimeSpan limit, int seed, string logs)
        : base(Describe(failed, limit, seed, logs))
    {
    }

    // The logs say where; the stack here is the runner's and tells nothing.
    public override string StackTrace => null;

    private static string Describe(IReadOnlyList<NodeProcess> failed, TimeSpan limit, int seed, string logs)
    {
        var names = string.Join(", ", failed.Select(process => $"{process.Node.Node} ({process.Node.Role})"));
        var texts = failed.Select(process => process.Describe());
        return $"Failed on node {names}; the limit is {limit}; all logs are in {logs}; "
            + $"{NodeRun.SeedVariable}={seed} repeats its dice{Environment.NewLine}"
            + string.Join(Environment.NewLine, texts);
    }
}
