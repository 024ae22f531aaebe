namespace ActorEtcd.Specs.TestKit;

/// <summary>How one member is started.</summary>
public sealed record MemberSettings
{
    public required string Name { get; init; }

    public required string DataDir { get; init; }

    public required int ClientPort { get; init; }

    public required int PeerPort { get; init; }

    /// <summary>The --initial-cluster value.</summary>
    public required string InitialCluster { get; init; }

    public string Token { get; init; } = "specs";

    public IReadOnlyList<string> ExtraArguments { get; init; } = [];

    public string ClientUrl => $"http://127.0.0.1:{ClientPort}";

    public string PeerUrl => $"http://127.0.0.1:{PeerPort}";

    /// <summary>A member of a cluster of one.</summary>
    public static MemberSettings Alone(string parentDir, string name = "default")
    {
        int peerPort = FreePorts.Next();
        return new MemberSettings
        {
            Name = name,
            DataDir = Path.Combine(parentDir, name),
            ClientPort = FreePorts.Next(),
            PeerPort = peerPort,
            InitialCluster = $"{name}=http://127.0.0.1:{peerPort}",
        };
    }
}
