using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Watch;
using ActorEtcd.Wire;
using Akka.Actor;

namespace ActorEtcd.Specs.Sim;

/// <summary>Makes the product wrong in the way that the settings name, from outside: by what its actors are told.</summary>
internal static class SimPlant
{
    /// <summary>What the actor is told instead; null for what was sent.</summary>
    public static IReadOnlyList<object>? Change(SimMember member, string actor, object message, IActorRef? sender) =>
        member.World.Settings.Bug switch
        {
            SimBug.TruncationBelowCommit when message is PeerMessage.AppendEntries m => CutOff(member, m),
            SimBug.StaleReadIndex => AnswerAgain(member, message, sender),
            SimBug.ReadWithoutRound => AnswerAtOnce(member, message, sender),
            SimBug.LeaseExpiredByDeposed => TakeFenceAway(message),
            SimBug.WatchBatchSplit => Split(actor, message),
            SimBug.WatchEventLost => message is EventsApplied && member.World.Random.Next(20) == 0 ? [] : null,
            SimBug.AppliedTwice when message is TakeCheckpoint m => NameOlderIndex(member, m),
            SimBug.RenewalForgotten => AnswerOnly(member, message),
            SimBug.AlarmForgotten or SimBug.AuthRevisionIgnored or SimBug.V2ClockOfMember when message is ApplyCommitted m =>
                [m with { Entries = [.. m.Entries.Select(entry => Misread(member, entry))] }],
            _ => null,
        };

    /// <summary>Called after each turn of the member with the role and term before it.</summary>
    public static void AfterStep(SimMember member, RaftState s, RaftRole before, long termBefore)
    {
        switch (member.World.Settings.Bug)
        {
            case SimBug.VoteForgotten
                when s.Term == termBefore && s.Role == RaftRole.Follower && before is RaftRole.Candidate or RaftRole.Leader:
                s.Vote = MemberId.None;
                s.Leader = MemberId.None;
                break;
            case SimBug.OlderTermCommitted when s.Leading is { } leading:
                long reached = Quorum.Reached(s.Configuration, leading, static (l, id) => l.Find(id)?.Match ?? 0);
                if (reached > s.Log.CommitIndex && reached <= s.Log.LastIndex)
                {
                    s.Log.CommitTo(reached);
                }

                break;
            default:
                break;
        }
    }

    private static object[]? CutOff(SimMember member, PeerMessage.AppendEntries m)
    {
        if (member.Raft is not { Role: RaftRole.Follower } s || s.Term != m.Term || !s.Persist.IsIdle
            || m.Entries.IsEmpty || !s.Log.Matches(m.PrevIndex, m.PrevTerm) || !s.Log.Matches(m.Entries[^1].Index, m.Entries[^1].Term))
        {
            return null;
        }

        long last = Math.Max(m.Entries[^1].Index, s.Log.CommitIndex);
        if (last < s.Log.LastIndex && last > s.Log.BaseIndex)
        {
            s.Log.TruncateFrom(last + 1);
            member.Tell("log", new PersistEntries(0, last - 1, [s.Log[last]], 0));
        }

        return null;
    }

    private static object[]? AnswerAgain(SimMember member, object message, IActorRef? sender)
    {
        if (message is ReadIndexReady ready)
        {
            member.LastReadIndex = ready.Index;
        }

        if (message is not ReadIndex read || member.LastReadIndex == 0 || member.World.Random.Next(2) == 0)
        {
            return null;
        }

        sender!.Tell(new ReadIndexReady(read.RequestId, member.LastReadIndex), ActorRefs.NoSender);
        return [];
    }

    private static object[]? AnswerAtOnce(SimMember member, object message, IActorRef? sender)
    {
        if (message is not ReadIndex read || member.Raft is not { Role: RaftRole.Leader } s)
        {
            return null;
        }

        sender!.Tell(new ReadIndexReady(read.RequestId, s.Log.CommitIndex), ActorRefs.NoSender);
        return [];
    }

    private static object[]? TakeFenceAway(object message)
    {
        if (message is not Submit submit
            || submit.Command.IsChange
            || CommandCodec.Decode(submit.Command.Payload).Command is not LeaseRevokeRequest { FenceTerm: > 0 } revoke)
        {
            return null;
        }

        ulong requestId = submit.Command.RequestId;
        return [new Submit(new PendingCommand(requestId, CommandCodec.Encode(requestId, revoke with { FenceTerm = 0 })))];
    }

    private static object[]? Split(string actor, object message)
    {
        if (!actor.StartsWith("watch/", StringComparison.Ordinal) || message is not WatcherOutput { Update: { Events.Length: > 1 } update })
        {
            return null;
        }

        ImmutableArray<WatchEvent> events = update.Events;
        return
        [
            new WatcherOutput(update with { Events = events[..1] }),
            new WatcherOutput(update with { Events = events[1..] }),
        ];
    }

    private static object[]? NameOlderIndex(SimMember member, TakeCheckpoint take)
    {
        CheckpointManifest manifest = take.Manifest;
        long term = member.Raft?.Log.TermAt(manifest.Index - 1) ?? -1;
        return term > 0 ? [take with { Manifest = manifest with { Index = manifest.Index - 1, Term = term } }] : null;
    }

    private static LogEntry Misread(SimMember member, LogEntry entry)
    {
        if (entry.Kind != EntryKind.Command)
        {
            return entry;
        }

        var (id, command, requester) = CommandCodec.Decode(entry.Data);
        byte[]? data = (member.World.Settings.Bug, command) switch
        {
            (SimBug.AlarmForgotten, AlarmRequest alarm) => CommandCodec.Encode(id, alarm with { Action = AlarmAction.Deactivate }, requester),
            (SimBug.AuthRevisionIgnored, PutRequest) when requester is not null =>
                CommandCodec.Encode(id, command, requester with { Revision = long.MaxValue }),
            (SimBug.V2ClockOfMember, V2Request { Method: V2Request.Sync } sync) =>
                CommandCodec.Encode(id, sync with { Time = (member.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick }, requester),
            _ => null,
        };
        return data is null ? entry : entry with { Data = data };
    }

    private static object[]? AnswerOnly(SimMember member, object message)
    {
        if (message is not RenewLease renew || member.Raft is not { Role: RaftRole.Leader })
        {
            return null;
        }

        renew.Reply.TryComplete(new LeaseTtl(SimLeases.TtlSeconds, SimLeases.TtlSeconds));
        return [];
    }
}
