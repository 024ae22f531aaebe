using System.Globalization;
using System.Text.Json;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Remote.TestKit;
using Akka.Remote.Transport;
using Xunit;

namespace ActorEtcd.Specs.MultiNode;

/// <summary>Faults, what nodes tell each other, and what is checked.</summary>
public abstract partial class EtcdNodesSpec
{
    private const int TurnsMax = 5;
    private const string Held = "held";
    private const string NotDone = "not done";

    private static readonly Bytes Register = Bytes.FromUtf8("register");

    private readonly HashSet<(RoleName Node, RoleName Target)> _faults = [];
    private int _notes;
    private int _written;

    /// <summary>The leader that all members agree on, the same answer on every node.</summary>
    protected async Task<RoleName> LeaderAsync()
    {
        var key = $"leader/{++_notes}";
        await RunOnAsync(
            async () =>
            {
                var leader = await Poll.UntilAsync("a leader that answers", Patience, async () =>
                {
                    await Etcd.LinearizeAsync();
                    return Etcd.Status is { HasLeader: true } status ? RoleOf(status.Leader) : null;
                });
                foreach (var role in Roles)
                {
                    await TellAsync(role, key, leader.Name);
                }
            },
            Conductor);
        var name = await HearAsync(key);
        return Roles.Find(role => role.Name == name)!;
    }

    /// <summary>Waits until this member knows a leader other than the given one.</summary>
    protected async Task AwaitOtherLeaderAsync(RoleName old) => await Poll.UntilAsync(
        $"a leader other than {old.Name}",
        Patience,
        () => Task.FromResult(Etcd.Status.HasLeader && Etcd.Status.Leader != IdOf(old)));

    protected async Task AwaitLeaderAsync(RoleName leader) => await Poll.UntilAsync(
        $"{leader.Name} to lead", Patience, () => Task.FromResult(Etcd.Status.Leader == IdOf(leader)));

    /// <summary>
    /// Does something that must cost nobody the leadership, with the leader that there is; on every node. Only when some node
    /// measured that the machine stood still meanwhile does a change count as a turn that was not done, and is it done again.
    /// </summary>
    protected async Task LeaderStaysAsync(Func<RoleName, Task> turn)
    {
        for (var number = 1; ; number++)
        {
            var leader = await LeaderAsync();
            await RunOnAsync(() => AwaitLeaderAsync(leader), [.. Members]);
            var term = Etcd.Status.Term;
            using var stillness = new Stillness();
            var begun = DateTimeOffset.UtcNow;
            EnterBarrier("leader noted");
            await turn(leader);
            var now = (Etcd.Status.Term, Etcd.Status.Leader);
            var change = now == (term, IdOf(leader)) ? null : $"term {term} of {leader.Name} became term {now.Term} of {now.Leader}";
            if (await IsHeldAsync(change, stillness, begun))
            {
                return;
            }

            Assert.True(number < TurnsMax, $"the machine stood still in each of {TurnsMax} turns");
        }
    }

    /// <summary>
    /// Judges what all members saw, the same on every node: true when no leader changed; false when one did and the machine
    /// stood still on some node; otherwise it is the members' fault.
    /// </summary>
    /// <param name="change">What changed for this member, or null.</param>
    private protected async Task<bool> IsHeldAsync(string? change, Stillness stillness, DateTimeOffset begun, params RoleName[] without)
    {
        var number = ++_notes;
        RoleName[] asked = [.. Roles.Except(without)];
        var now = DateTimeOffset.UtcNow;
        var isStill = stillness.Explains(now, ElectionTimeout / 2, ElectionTimeout, now - begun);
        await RunOnAsync(
            () => TellAsync(Conductor, $"turn/{number}/{Myself.Name}", $"{isStill};{change ?? Held}"), asked);
        await RunOnAsync(() => TellVerdictAsync(number, asked), Conductor);
        var verdict = await HearAsync($"verdict/{number}");
        Assert.True(verdict is Held or NotDone, $"{verdict}, and the machine did not stand still; here {stillness}");
        return verdict == Held;
    }

    private async Task TellVerdictAsync(int number, RoleName[] asked)
    {
        List<string[]> told = [];
        foreach (var role in asked)
        {
            told.Add((await HearAsync($"turn/{number}/{role.Name}")).Split(';', 2));
        }

        string[] changes = [.. told.Select(static one => one[1]).Where(static change => change != Held)];
        var isStill = told.Exists(static one => bool.Parse(one[0]));
        var verdict = changes.Length == 0 ? Held : isStill ? NotDone : string.Join(", ", changes);
        foreach (var role in Roles)
        {
            await TellAsync(role, $"verdict/{number}", verdict);
        }
    }

    /// <summary>Waits for so many more acknowledged puts of the client beside this node.</summary>
    protected async Task ProgressAsync(int puts = 20)
    {
        var goal = Client.Acknowledged + puts;
        await Poll.UntilAsync(
            $"{puts} more puts on {Myself.Name}", Patience, () => Task.FromResult(Client.Acknowledged >= goal));
    }

    /// <summary>All members make progress, and each reads what one of them was told to have written; on every node.</summary>
    protected async Task AllProgressAsync()
    {
        await RunOnAsync(() => ProgressAsync(), [.. Members]);
        EnterBarrier("all made progress");
        _written++;
        await RunOnAsync(() => Poll.UntilAsync("a put", Patience, WriteRegisterAsync), Conductor);
        EnterBarrier("written");
        await RunOnAsync(() => Poll.UntilAsync("a read", Patience, ReadRegisterAsync), [.. Members]);
        EnterBarrier("read");
    }

    private async Task<bool> WriteRegisterAsync()
    {
        await Etcd.PutAsync(new PutRequest(Register, NodeClient.TextOf(_written)));
        return true;
    }

    private async Task<bool> ReadRegisterAsync()
    {
        var read = NodeClient.NumberIn(await Etcd.RangeAsync(new RangeRequest { Key = Register }));
        if (read != _written)
        {
            Client.Violated($"{Myself.Name} read {read} after {_written} was written");
        }

        return true;
    }

    /// <summary>Cuts these links in both directions; on every node.</summary>
    protected Task CutAsync(params (RoleName Node, RoleName Target)[] links) =>
        FaultAsync(ThrottleTransportAdapter.Direction.Both, 0, links);

    /// <summary>Cuts a member off from all others; on every node.</summary>
    protected Task IsolateAsync(RoleName node) => CutAsync([.. Roles.Where(role => role != node).Select(role => (node, role))]);

    /// <summary>Lets links carry so much, 0 for nothing; on every node.</summary>
    protected async Task FaultAsync(
        ThrottleTransportAdapter.Direction direction, float rateMBit, params (RoleName Node, RoleName Target)[] links)
    {
        EnterBarrier("before the fault");
        await RunOnAsync(
            async () =>
            {
                foreach (var (node, target) in links)
                {
                    await TestConductor.Throttle(node, target, direction, rateMBit);
                    _faults.Add((node, target));
                }
            },
            Conductor);
        EnterBarrier("after the fault");
    }

    /// <summary>Ends all faults of links; on every node.</summary>
    protected async Task HealAsync()
    {
        EnterBarrier("before healing");
        await RunOnAsync(
            async () =>
            {
                foreach (var (node, target) in _faults)
                {
                    await TestConductor.PassThrough(node, target, ThrottleTransportAdapter.Direction.Both);
                }

                _faults.Clear();
            },
            Conductor);
        EnterBarrier("healed");
    }

    /// <summary>This member cannot answer a linearizable read, and must not try.</summary>
    protected async Task ReadIsRefusedAsync()
    {
        var refusal = await Record.ExceptionAsync(async () => await Etcd.LinearizeAsync());
        if (refusal is not EtcdException)
        {
            Client.Violated($"{Myself.Name} read although it is cut off: {refusal?.Message ?? "no refusal"}");
        }
    }

    /// <summary>Without a majority this member does not lead, acknowledges nothing and reads nothing.</summary>
    protected async Task AnswersNothingAsync()
    {
        await Poll.UntilAsync(
            $"{Myself.Name} not to lead", Patience, () => Task.FromResult(Etcd.Status.Role != RaftRole.Leader));
        var begun = Client.Begun;
        await ReadIsRefusedAsync();
        if (Client.AcknowledgedAfter(begun) is > 0 and var acknowledged)
        {
            Client.Violated($"{acknowledged} puts were acknowledged without a majority");
        }
    }

    /// <summary>Tells a node something; repeated until it was heard.</summary>
    protected async Task TellAsync(RoleName node, string key, string text)
    {
        var board = Sys.ActorSelection(Node(node) / "user" / BoardActor.Name);
        await Poll.UntilAsync<string>($"{node.Name} to hear {key}", Patience, async () =>
            await board.Ask<string>(BoardActor.Note(key, text), TimeSpan.FromSeconds(1)));
    }

    /// <summary>What this node was told.</summary>
    protected Task<string> HearAsync(string key) => _board.Ask<string>(new ReadNote(key), 2 * Patience);

    /// <summary>
    /// Ends the clients and checks what must be true of every history: nothing acknowledged is lost, terms have one leader,
    /// histories are equal, the counter counted every acknowledged increment, watches told every revision once.
    /// </summary>
    /// <param name="members">The members of the cluster.</param>
    /// <param name="gone">Members that it had: what was acknowledged there counts, what their stores hold does not.</param>
    protected async Task VerifyAsync(RoleName[] members, params RoleName[] gone)
    {
        RoleName[] all = [.. members, .. gone];
        await RunOnAsync(() => Client.StopAsync(), all);
        EnterBarrier("clients ended");
        await RunOnAsync(CatchUpAsync, members);
        await RunOnAsync(() => TellAsync(Conductor, $"report/{Myself.Name}", JsonSerializer.Serialize(Report())), all);
        await RunOnAsync(() => JudgeAsync(members, gone), Conductor);
        EnterBarrier("judged");
    }

    private async Task CatchUpAsync()
    {
        await Poll.UntilAsync($"{Myself.Name} to read", Patience, async () => await Etcd.LinearizeAsync());
        await Poll.UntilAsync(
            $"the watch of {Myself.Name} to come to revision {Etcd.View.Revision}",
            Patience,
            () => Task.FromResult(_watch.LastRevision >= Etcd.View.Revision));
    }

    private NodeReport Report()
    {
        var view = Etcd.View;
        var violations = Client.Violations.Concat(_watch.Violations).ToList();
        if (_fatal.Task.IsCompleted)
        {
            violations.Add($"the member ended: {_fatal.Task.Result}");
        }

        return new NodeReport(
            Myself.Name,
            view.Revision,
            view.HistoryHash,
            view.Hash(),
            Client.Led,
            Client.Revisions,
            Client.Unknown,
            Client.Counted,
            Client.CountUnknown,
            _watch.Events,
            violations);
    }

    private async Task JudgeAsync(RoleName[] members, RoleName[] gone)
    {
        var reports = await ReportsOfAsync(members);
        List<NodeReport> all = [.. reports, .. await ReportsOfAsync(gone)];
        foreach (var report in all)
        {
            Console.WriteLine(
                $"{report.Node}: revision {report.Revision}, history {report.HistoryHash:x}, terms {string.Join(",", report.Led.Keys.Order())}, "
                + $"{report.Acknowledged.Count} puts acknowledged and {report.Unknown} unknown, "
                + $"{report.Counted} counted and {report.CountUnknown} unknown, {report.Events} events");
        }

        var counter = await Client.ReadCounterAsync();
        var found = all.SelectMany(report => report.Violations.Select(v => $"{report.Node}: {v}"))
            .Concat(all.SelectMany(report => NodeClient.Missing(Etcd.View, report.Node, report.Acknowledged)))
            .Concat(Differences(reports))
            .Concat(TermsOfSeveral(all))
            .Concat(CounterFaults(all, counter))
            .ToList();
        Assert.True(found.Count == 0, string.Join('\n', found.Take(50)));
    }

    private async Task<List<NodeReport>> ReportsOfAsync(RoleName[] nodes)
    {
        List<NodeReport> reports = [];
        foreach (var role in nodes)
        {
            reports.Add(JsonSerializer.Deserialize<NodeReport>(await HearAsync($"report/{role.Name}"))!);
        }

        return reports;
    }

    private static IEnumerable<string> Differences(List<NodeReport> reports)
    {
        if (reports.Select(report => (report.Revision, report.HistoryHash, report.KvHash)).Distinct().Count() > 1)
        {
            yield return "stores differ: " + string.Join(", ", reports.Select(report =>
                string.Create(CultureInfo.InvariantCulture, $"{report.Node} {report.HistoryHash:x} {report.KvHash:x} at {report.Revision}")));
        }
    }

    private static IEnumerable<string> TermsOfSeveral(List<NodeReport> reports) => reports
        .SelectMany(report => report.Led)
        .GroupBy(led => led.Key, led => led.Value)
        .Where(term => term.Distinct().Count() > 1)
        .Select(term => $"term {term.Key} had the leaders {string.Join(", ", term.Distinct())}");

    private static IEnumerable<string> CounterFaults(List<NodeReport> reports, long counter)
    {
        var least = reports.Sum(report => report.Counted);
        var most = least + reports.Sum(report => report.CountUnknown);
        if (counter < least || counter > most)
        {
            yield return $"the counter is {counter}, from {least} to {most} increments were made";
        }
    }
}
