using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Members that go, come, stay for a while and move, as their operators would have them do.</summary>
internal sealed class MemberReplacement(ChaosCluster cluster, ChaosLog log)
{
    /// <summary>A learner is ready when it has caught up, over links that are cut again and again.</summary>
    private static readonly TimeSpan PromoteFor = TimeSpan.FromSeconds(30);

    private readonly MemberChanges _changes = new(cluster, log);

    /// <summary>Removes a member, which then ends by itself, and adds another, with an empty disk and new URLs, in its place.</summary>
    public async Task ReplaceAsync(int place, CancellationToken stop)
    {
        MemberProcess old = cluster.Members[place];
        log.Fault($"{old.Settings.Name} is to be replaced");
        if (!await RemoveAsync(old, Others(place), MemberChanges.TryFor, stop))
        {
            return;
        }

        MemberSettings successor = cluster.MakeSuccessor(place);
        await AddAsync(successor, isLearner: false, Others(place), tryFor: null, stop);
        cluster.Replace(place, successor);
        await cluster.StartAllAsync();
        log.Fault($"{successor.Name} is up");
    }

    /// <summary>One more joins, as a voter or as a learner that is promoted when it is ready, stays, and is removed again.</summary>
    public async Task HaveGuestAsync(bool asLearner, Func<CancellationToken, Task> stay, CancellationToken stop)
    {
        MemberProcess guest = cluster.MakeGuest();
        try
        {
            log.Fault($"{guest.Settings.Name} is to join{(asLearner ? " as a learner" : "")}");
            if (!await AddAsync(guest.Settings, asLearner, Others(-1), MemberChanges.TryFor, stop))
            {
                return;
            }

            await cluster.StartNewAsync(guest, asLearner);
            bool isVoter = !asLearner || await PromoteAsync(guest, stop);
            log.Fault($"{guest.Settings.Name} is {(isVoter ? "a voter" : "still a learner")}");
            await stay(stop);
            await RemoveAsync(guest, Others(-1), tryFor: null, stop);
        }
        finally
        {
            cluster.Dismiss(guest);
        }
    }

    /// <summary>A member stops, and comes back under another peer URL.</summary>
    public async Task MoveAsync(int place, CancellationToken stop)
    {
        MemberProcess member = cluster.Members[place];
        MemberSettings moved = member.Settings with { PeerPort = FreePorts.Next() };
        log.Fault($"{moved.Name} moves to {moved.PeerUrl}");
        await member.TerminateAsync();
        bool isMade = await _changes.MakeAsync(
            $"the move of {moved.Name}",
            Others(place),
            list => MemberChanges.Find(list, moved.PeerUrl) != null,
            (channel, list) => MemberChanges.AskAsync(channel, MemberChanges.Update, new MemberUpdateRequest
            {
                ID = MemberChanges.Find(list, member.Settings.PeerUrl)!.ID,
                PeerURLs = { moved.PeerUrl },
            }),
            MemberChanges.TryFor,
            stop);
        if (isMade)
        {
            cluster.Move(place, moved.PeerPort);
        }

        await cluster.StartAllAsync();
        log.Fault($"{moved.Name} is up");
    }

    private int[] Others(int place) =>
        [.. Enumerable.Range(1, cluster.Members.Count).Select(step => (place + step) % cluster.Members.Count).Where(other => other != place)];

    private Task<bool> AddAsync(MemberSettings added, bool isLearner, int[] others, TimeSpan? tryFor, CancellationToken stop) =>
        _changes.MakeAsync(
            $"the addition of {added.Name}",
            others,
            list => MemberChanges.Find(list, added.PeerUrl) != null,
            (channel, _) => MemberChanges.AskAsync(
                channel, MemberChanges.Add, new MemberAddRequest { PeerURLs = { added.PeerUrl }, IsLearner = isLearner }),
            tryFor,
            stop);

    private Task<bool> PromoteAsync(MemberProcess guest, CancellationToken stop) => _changes.MakeAsync(
        $"the promotion of {guest.Settings.Name}",
        Others(-1),
        list => MemberChanges.Find(list, guest.Settings.PeerUrl) is { IsLearner: false },
        (channel, list) => MemberChanges.AskAsync(channel, MemberChanges.Promote, new MemberPromoteRequest
        {
            ID = MemberChanges.Find(list, guest.Settings.PeerUrl)!.ID,
        }),
        PromoteFor,
        stop);

    private async Task<bool> RemoveAsync(MemberProcess removed, int[] others, TimeSpan? tryFor, CancellationToken stop)
    {
        bool isMade = await _changes.MakeAsync(
            $"the removal of {removed.Settings.Name}",
            others,
            list => MemberChanges.Find(list, removed.Settings.PeerUrl) == null,
            (channel, list) => MemberChanges.AskAsync(channel, MemberChanges.Remove, new MemberRemoveRequest
            {
                ID = MemberChanges.Find(list, removed.Settings.PeerUrl)!.ID,
            }),
            tryFor,
            stop);
        if (isMade)
        {
            await _changes.EndedAsync(removed);
        }

        return isMade;
    }
}
