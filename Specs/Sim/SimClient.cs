using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Messages;

namespace ActorEtcd.Specs.Sim;

/// <summary>One client: calls any member, one call at a time, and holds each answer against the history.</summary>
internal sealed class SimClient(SimWorld world, int number)
{
    private static readonly RangeRequest AllKeys = new() { Key = new byte[1], RangeEnd = new byte[1] };

    /// <summary>Some checks of the alarm, so that it mostly goes by itself.</summary>
    private static readonly TimeSpan DisarmAfter = TimeSpan.FromSeconds(1);

    private readonly SimV2Client _v2 = new(world);
    private readonly SimUsers _users = new(world);
    private readonly List<LeaseId> _leases = [];
    private LeaseId _kept;

    public async Task RunAsync()
    {
        while (!world.Load.IsStopped)
        {
            await world.Load.Delay((world.Settings.ThinkMax * world.Random.NextDouble()) + TimeSpan.FromMilliseconds(1));
            if (world.Load.AnyMember() is { } member && !world.Load.IsStopped)
            {
                await UseAsync(member);
            }
        }
    }

    /// <summary>A write and a read through the member; says whether both were answered.</summary>
    public async Task<bool> ProbeAsync(SimMember member) => await PutAsync(member, LeaseId.None) && await ReadAsync(member, isSerializable: false);

    /// <summary>
    /// Without space an operator compacts, and the alarm goes by itself; unless every member that knew why it was raised has
    /// restarted since there was space again, and then the operator disarms it.
    /// </summary>
    private async Task MakeRoomAsync(SimMember member)
    {
        long revision = world.History.Acknowledged;
        Trace(member, $"make room by compacting {revision}", await world.Load.Call(member, node => node.CompactAsync(new CompactionRequest(revision))));
        await world.Load.Delay(DisarmAfter);
        if (member.Node is { Alarms: [{ Alarm: AlarmType.NoSpace } alarm, ..] })
        {
            var disarm = new AlarmRequest(AlarmAction.Deactivate, alarm.Member, AlarmType.NoSpace);
            Trace(member, $"disarm {alarm}", await world.Load.Call(member, node => node.AlarmAsync(disarm)));
        }
    }

    private Task UseAsync(SimMember member) => world.Random.Next(world.Settings.HasUsers ? 34 : 28) switch
    {
        < 7 => PutAsync(member, _kept),
        < 9 => DeleteAsync(member),
        < 12 => SwapAsync(member),
        < 14 => PutTwoAsync(member),
        < 17 => ReadAsync(member, isSerializable: false),
        < 19 => ReadAsync(member, isSerializable: true),
        < 20 => GrantAsync(member),
        < 22 => KeepAliveAsync(member),
        22 => world.Random.Next(2) == 0 ? RevokeAsync(member) : CompactAsync(member),
        23 => CaptureAsync(member),
        < 28 => _v2.UseAsync(member),
        < 30 => _users.ChangeAsync(member),
        < 33 => _users.PutAsync(member, SimLoad.KeyOf(world.Random.Next(3))),
        _ => _users.ReadAsync(member, SimLoad.KeyOf(world.Random.Next(3))),
    };

    private string AnyKey() => SimLoad.KeyOf(world.Random.Next(SimLoad.Keys));

    private async Task<bool> PutAsync(SimMember member, LeaseId lease)
    {
        (long told, string key, string value) = (world.History.Acknowledged, AnyKey(), world.Load.NewValue());
        LeaseId attached = world.Random.Next(3) == 0 ? lease : LeaseId.None;
        var put = new PutRequest(Bytes.FromUtf8(key), Bytes.FromUtf8(value), attached);
        SimOutcome<OpResult> outcome = await world.Load.Call(member, node => node.PutAsync(put, SimUsers.Root));
        Trace(member, $"put {key} {value}", outcome);
        if (outcome.IsSuccess)
        {
            world.History.PutAnswered(told, outcome.Result!.Revision, key, value);
        }
        else if (outcome.Error == EtcdError.NoSpace && world.Random.Next(3) == 0)
        {
            await MakeRoomAsync(member);
        }

        return outcome.IsSuccess;
    }

    private async Task DeleteAsync(SimMember member)
    {
        (long told, string key) = (world.History.Acknowledged, AnyKey());
        var delete = new DeleteRangeRequest(Bytes.FromUtf8(key));
        SimOutcome<OpResult> outcome = await world.Load.Call(member, node => node.DeleteRangeAsync(delete, SimUsers.Root));
        Trace(member, $"delete {key}", outcome);
        if (outcome.IsSuccess)
        {
            world.History.DeleteAnswered(told, (DeleteRangeResult)outcome.Result!, key);
        }
    }

    private async Task SwapAsync(SimMember member)
    {
        (long told, string key, string value) = (world.History.Acknowledged, AnyKey(), world.Load.NewValue());
        SimChange? known = world.History.Find(key, world.History.Revision);
        long expected = known is null or { IsDelete: true } ? 0 : known.Revision;
        Bytes name = Bytes.FromUtf8(key);
        var swap = new TxnRequest(
            [new Compare(CompareResult.Equal, CompareTarget.Mod, name, expected)],
            [new PutRequest(name, Bytes.FromUtf8(value))],
            [new RangeRequest { Key = name }]);
        SimOutcome<OpResult> outcome = await world.Load.Call(member, node => node.TxnAsync(swap, SimUsers.Root));
        Trace(member, $"swap {key} {expected} {value}", outcome);
        if (outcome.IsSuccess)
        {
            world.History.SwapAnswered(told, (TxnResult)outcome.Result!, key, expected);
        }
    }

    /// <summary>Two keys in one revision, which watchers must get together.</summary>
    private async Task PutTwoAsync(SimMember member)
    {
        int first = world.Random.Next(SimLoad.Keys - 1);
        (long told, string one, string two) = (world.History.Acknowledged, world.Load.NewValue(), world.Load.NewValue());
        ImmutableArray<RequestOp> puts =
        [
            new PutRequest(Bytes.FromUtf8(SimLoad.KeyOf(first)), Bytes.FromUtf8(one)),
            new PutRequest(Bytes.FromUtf8(SimLoad.KeyOf(first + 1)), Bytes.FromUtf8(two)),
        ];
        SimOutcome<OpResult> outcome = await world.Load.Call(member, node => node.TxnAsync(new TxnRequest([], puts, []), SimUsers.Root));
        Trace(member, $"put {one} and {two}", outcome);
        if (outcome.IsSuccess)
        {
            world.History.PutAnswered(told, outcome.Result!.Revision, SimLoad.KeyOf(first), one);
            world.History.PutAnswered(told, outcome.Result!.Revision, SimLoad.KeyOf(first + 1), two);
        }
    }

    private async Task<bool> ReadAsync(SimMember member, bool isSerializable)
    {
        long told = world.History.Acknowledged;
        RangeRequest read = AllKeys with { Serializable = isSerializable };
        SimOutcome<RangeResult> outcome = await world.Load.Call(member, node => node.RangeAsync(read, SimUsers.Root));
        Trace(member, isSerializable ? "serializable read" : "linearizable read", outcome);
        if (outcome.IsSuccess)
        {
            world.History.ReadAnswered(told, outcome.Result!, isSerializable, isSerializable ? "serializable read" : "linearizable read");
        }

        return outcome.IsSuccess;
    }

    private async Task GrantAsync(SimMember member)
    {
        TimeSpan askedAt = world.Now;
        var grant = new LeaseGrantRequest(LeaseId.None, SimLeases.TtlSeconds);
        SimOutcome<OpResult> outcome = await world.Load.Call(member, node => node.LeaseGrantAsync(grant, SimUsers.Root));
        Trace(member, "grant", outcome);
        if (outcome.IsSuccess)
        {
            LeaseId id = ((LeaseGrantResult)outcome.Result!).Id;
            world.Leases.Renewed(id, askedAt, isGrant: true);
            _leases.Add(id);
            _kept = id;
        }
    }

    private async Task KeepAliveAsync(SimMember member)
    {
        if (_kept.IsNone)
        {
            return;
        }

        (TimeSpan askedAt, LeaseId id) = (world.Now, _kept);
        SimOutcome<LeaseTtl> outcome = await world.Load.Call(member, node => node.LeaseRenewAsync(id, SimUsers.Root));
        Trace(member, $"renew {id}", outcome);
        if (!outcome.IsSuccess)
        {
            return;
        }

        if (outcome.Result.RemainingSeconds > 0)
        {
            world.Leases.Renewed(id, askedAt, isGrant: false);
        }
        else
        {
            _kept = LeaseId.None;
        }
    }

    private async Task RevokeAsync(SimMember member)
    {
        if (_leases.Count == 0)
        {
            return;
        }

        LeaseId id = _leases[world.Random.Next(_leases.Count)];
        _leases.Remove(id);
        world.Leases.RevokeAsked(id);
        Trace(member, $"revoke {id}", await world.Load.Call(member, node => node.LeaseRevokeAsync(id, SimUsers.Root)));
    }

    private async Task CompactAsync(SimMember member)
    {
        long revision = world.History.Acknowledged - world.Random.Next(30);
        if (revision > 1)
        {
            world.Count(SimFault.Compaction);
            Trace(member, $"compact {revision}", await world.Load.Call(member, node => node.CompactAsync(new CompactionRequest(revision))));
        }
    }

    private async Task CaptureAsync(SimMember member)
    {
        SimOutcome<CapturedState> outcome = await world.Load.Call(member, static node => node.CaptureStateAsync());
        if (outcome.IsSuccess)
        {
            world.Invariants.State(member, outcome.Result!);
        }
    }

    private void Trace<T>(SimMember member, string call, SimOutcome<T> outcome)
        where T : notnull =>
        world.Trace($"client {number} at {member.Number + 1}: {call}: {(outcome.IsSuccess ? outcome.Result!.ToString() : outcome.IsKnown ? outcome.Error.ToString() : "unknown")}");
}
