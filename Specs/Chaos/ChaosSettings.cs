using System.Collections.Immutable;
using ActorEtcd.Specs.Chaos.Faults;

namespace ActorEtcd.Specs.Chaos;

/// <summary>One run: everything about it that is not chance.</summary>
internal sealed record ChaosSettings
{
    public required int Seed { get; init; }

    public required TimeSpan Length { get; init; }

    public int Members { get; init; } = 3;

    public bool PeerTls { get; init; }

    /// <summary>Clients call by TLS, and show certificates.</summary>
    public bool ClientTls { get; init; }

    /// <summary>Small files of the log are changed often, and a full disk is felt soon; null: as by default.</summary>
    public int? LogFileBytes { get; init; }

    /// <summary>What happens to members, one after the other.</summary>
    public ImmutableArray<FaultKind> MemberFaults { get; init; } = [];

    /// <summary>What happens to links, connections and disks meanwhile, one after the other.</summary>
    public ImmutableArray<FaultKind> LinkFaults { get; init; } = [];

    /// <summary>The longest pause or partition, in election timeouts.</summary>
    public int FaultElectionsMax { get; init; } = 12;

    /// <summary>Few, so that members that were away need checkpoints.</summary>
    public int SnapshotCount { get; init; } = 300;

    /// <summary>A planted fault: see <see cref="ChaosLog.ReadsAreStale"/>.</summary>
    public bool ReadsAreStale { get; init; }

    public override string ToString() =>
        $"seed {Seed}, {Length.TotalSeconds:F0} s, {Members} members{(PeerTls ? ", TLS between them" : "")}"
        + $"{(ClientTls ? ", TLS for clients" : "")}{(LogFileBytes is { } bytes ? $", log files of {bytes} bytes" : "")}";
}
