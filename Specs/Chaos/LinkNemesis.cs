using System.Diagnostics;
using ActorEtcd.Specs.Akka.Remote;
using ActorEtcd.Specs.Chaos.Faults;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Does one fault after the other to links, to the connections of clients and to disks; each ends by itself.</summary>
internal sealed class LinkNemesis(ChaosCluster cluster, ChaosLog log)
{
    private const int Flaps = 12;
    private const int DelayMillisecondsMax = 200;
    private const int FlushMillisecondsMax = 1_500;

    public async Task StrikeAsync(Fault fault, CancellationToken stop)
    {
        int leader = await cluster.LeaderAsync() ?? fault.Pick % Count;
        int other = (leader + 1 + (fault.Pick % (Count - 1))) % Count;
        switch (fault.Kind)
        {
            case FaultKind.IsolateLeader:
                await PartitionAsync(fault, $"{NameOf(leader)}", (from, to) => from == leader || to == leader, stop);
                break;
            case FaultKind.IsolateFollower:
                await PartitionAsync(fault, $"{NameOf(other)}", (from, to) => from == other || to == other, stop);
                break;
            case FaultKind.LeaderDeaf:
                await PartitionAsync(fault, $"to {NameOf(leader)}", (_, to) => to == leader, stop);
                break;
            case FaultKind.LeaderMute:
                await PartitionAsync(fault, $"from {NameOf(leader)}", (from, _) => from == leader, stop);
                break;
            case FaultKind.SplitMajority:
                // The leader is left with a minority.
                bool IsWithLeader(int place) => (place - leader + Count) % Count < Count / 2;
                await PartitionAsync(fault, $"{NameOf(leader)} and its minority", (from, to) => IsWithLeader(from) != IsWithLeader(to), stop);
                break;
            case FaultKind.Bridge:
                await PartitionAsync(fault, $"all but {NameOf(other)} from each other", (from, to) => from != other && to != other, stop);
                break;
            case FaultKind.OneWayCut:
                (int mute, int deaf) = fault.Seed % 3 == 0 ? (other, leader) : (leader, other);
                await PartitionAsync(fault, $"from {NameOf(mute)} to {NameOf(deaf)}", (from, to) => from == mute && to == deaf, stop);
                break;
            case FaultKind.SlowLinks:
                await SlowAsync(fault, stop);
                break;
            case FaultKind.FlappingLink:
                await FlapAsync(fault, leader, other, stop);
                break;
            case FaultKind.DropClients:
                await DropClientsAsync(fault, stop);
                break;
            case FaultKind.SilentClients:
                await SilenceClientsAsync(fault, stop);
                break;
            case FaultKind.SlowFlush:
                await SlowFlushAsync(fault, stop);
                break;
            default:
                throw new UnreachableException(fault.Kind.ToString());
        }
    }

    private int Count => cluster.Members.Count;

    private string NameOf(int place) => cluster.Members[place].Settings.Name;

    private IEnumerable<(int From, int To)> Pairs() =>
        Enumerable.Range(0, Count).SelectMany(from => Enumerable.Range(0, Count).Where(to => to != from).Select(to => (from, to)));

    private Link LinkOf((int From, int To) pair) => cluster.Links.Between(NameOf(pair.From), NameOf(pair.To));

    /// <summary>
    /// Bytes are held back. At the end they arrive after all, late; or the connections break, as after a time-out.
    /// </summary>
    private async Task PartitionAsync(Fault fault, string what, Func<int, int, bool> isCut, CancellationToken stop)
    {
        (int From, int To)[] cut = [.. Pairs().Where(pair => isCut(pair.From, pair.To))];
        Link[] links = [.. cut.Select(LinkOf)];
        HashSet<(string, string)> names = [.. cut.Select(pair => (NameOf(pair.From), NameOf(pair.To)))];
        bool breaks = fault.Seed % 2 == 0;
        log.Fault($"{fault.Kind}: cut {what} for {fault.Length.TotalMilliseconds:F0} ms, then {(breaks ? "break" : "deliver")}");
        foreach (Link link in links)
        {
            link.Block();
        }

        await Pauses.OrStopAsync(fault.Length, stop);
        if (breaks)
        {
            cluster.Links.Reset((from, to) => names.Contains((from, to)) || names.Contains((to, from)));
        }

        foreach (Link link in links)
        {
            link.Heal();
        }
    }

    private async Task SlowAsync(Fault fault, CancellationToken stop)
    {
        var random = new Random(fault.Seed);
        (Link Link, int Delay)[] slowed = [.. Pairs().Select(pair => (LinkOf(pair), random.Next(DelayMillisecondsMax)))];
        log.Fault($"delays of {string.Join(' ', slowed.Select(slow => slow.Delay))} ms for {fault.Length.TotalMilliseconds:F0} ms");
        foreach ((Link link, int delay) in slowed)
        {
            link.Delay = TimeSpan.FromMilliseconds(delay);
        }

        await Pauses.OrStopAsync(fault.Length, stop);
        foreach ((Link link, _) in slowed)
        {
            link.Heal();
        }
    }

    private async Task FlapAsync(Fault fault, int one, int other, CancellationToken stop)
    {
        (string first, string second) = (NameOf(one), NameOf(other));
        log.Fault($"connections between {first} and {second} break {Flaps} times");
        for (int i = 0; i < Flaps && !stop.IsCancellationRequested; i++)
        {
            cluster.Links.Reset((from, to) => (from == first && to == second) || (from == second && to == first));
            await Pauses.OrStopAsync(fault.Length / Flaps, stop);
        }
    }

    private async Task DropClientsAsync(Fault fault, CancellationToken stop)
    {
        int place = fault.Pick % Count;
        log.Fault($"clients of {NameOf(place)} are cut off for {fault.Length.TotalMilliseconds:F0} ms");
        cluster.ClientPortOf(place).Cut();
        await Pauses.OrStopAsync(fault.Length, stop);
        cluster.ClientPortOf(place).Heal();
    }

    /// <summary>What clients say is held back, and arrives when they have given up on it.</summary>
    private async Task SilenceClientsAsync(Fault fault, CancellationToken stop)
    {
        int place = fault.Pick % Count;
        log.Fault($"clients of {NameOf(place)} hear nothing for {fault.Length.TotalMilliseconds:F0} ms");
        TcpProxy port = cluster.ClientPortOf(place);
        port.Freeze();
        await Pauses.OrStopAsync(fault.Length, stop);
        port.Heal();
    }

    private async Task SlowFlushAsync(Fault fault, CancellationToken stop)
    {
        int place = fault.Pick % Count;
        int milliseconds = new Random(fault.Seed).Next(FlushMillisecondsMax);
        log.Fault($"flushes of {NameOf(place)} take {milliseconds} ms for {fault.Length.TotalMilliseconds:F0} ms");
        if (cluster.DiskOf(place) is { } disk)
        {
            disk.FlushTakes = TimeSpan.FromMilliseconds(milliseconds);
            await Pauses.OrStopAsync(fault.Length, stop);
            disk.FlushTakes = TimeSpan.Zero;
        }
    }
}
