namespace ActorEtcd.Specs.TestKit;

/// <summary>What etcdctl answered.</summary>
public sealed record EtcdctlResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Both outputs; where etcdctl writes what differs from command to command.</summary>
    public string All => Output + Errors;

    /// <summary>The output without the line break at its end; throws unless etcdctl exited with 0.</summary>
    public string Succeeded()
    {
        return ExitCode == 0
            ? Output.TrimEnd('\n')
            : throw new InvalidOperationException($"etcdctl exited with {ExitCode}: {Output}{Errors}");
    }
}
