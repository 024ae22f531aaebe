using ActorEtcd.Log;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Raft;

/// <summary>What the core decided, done: each effect is one message or one timer.</summary>
public sealed partial class RaftActor
{
    private void CarryOut(RaftEffect effect)
    {
        switch (effect)
        {
            case RaftEffect.Send e:
                Send(e.Message);
                break;
            case RaftEffect.WriteEntries e:
                _logActor.Tell(new PersistEntries(e.Sequence, e.PrevIndex, e.Entries, e.CommitIndex));
                break;
            case RaftEffect.WriteTermAndVote e:
                _logActor.Tell(new PersistTermAndVote(e.Sequence, e.Term, e.Vote));
                break;
            case RaftEffect.WriteCommit e:
                _logActor.Tell(new PersistCommit(e.Index));
                break;
            case RaftEffect.Apply e:
                _apply.Tell(new ApplyCommitted(e.Entries, e.CommitIndex));
                ScheduleFlush();
                break;
            case RaftEffect.AnswerRead e:
                if (_reads.Remove(e.Context, out var read))
                {
                    read.Asker.Tell(new ReadIndexReady(read.RequestId, e.Index));
                }

                break;
            case RaftEffect.RefuseRead e:
                if (_reads.Remove(e.Context, out var refused))
                {
                    refused.Asker.Tell(new ReadIndexRefused(refused.RequestId, e.Reason));
                }

                break;
            case RaftEffect.RefuseProposals e:
                _proposalsRefused += e.Payloads.Length;
                _proposer.Tell(new ProposalsRefused(e.Payloads, e.Reason));
                break;
            default:
                CarryOutRare(effect);
                break;
        }
    }

    private void CarryOutRare(RaftEffect effect)
    {
        switch (effect)
        {
            case RaftEffect.ArmElectionTimer e:
                SetTimer(ElectionTimer, ElectionTick.Instance, e.Delay);
                break;
            case RaftEffect.StartHeartbeats:
                CancelTimer(ElectionTimer);
                _heartbeatAt = StateData.Now;
                SetTimer(HeartbeatTimer, HeartbeatTick.Instance, _settings.HeartbeatInterval, repeat: true);
                break;
            case RaftEffect.StopHeartbeats:
                CancelTimer(HeartbeatTimer);
                break;
            case RaftEffect.AnnounceLeadership e:
                _leaderChanges += e.Leader.IsNone || e.Leader == _status.Current.Leader ? 0 : 1;
                Context.Parent.Tell(new LeadershipChanged(e.Leader, e.Term, e.Role));
                break;
            case RaftEffect.TransferSucceeded e:
                AnswerTransfer(new LeadershipTransferred(e.Leader));
                break;
            case RaftEffect.TransferFailed e:
                AnswerTransfer(new LeadershipTransferFailed(e.Reason));
                break;
            case RaftEffect.FetchCheckpoint e:
                Fetch(e);
                break;
            case RaftEffect.InstallCheckpoint e:
                _settings.Snapshots.InstallChanged(isUnderWay: true);
                Context.Parent.Tell(new InstallCheckpoint(e.Manifest));
                break;
            case RaftEffect.DiskStalled e:
                _log.Warning(
                    "The disk has not finished a write for {0} ms: handing leadership over to member {1}",
                    (long)e.For.TotalMilliseconds,
                    e.Target);
                break;
            case RaftEffect.LogRegained e:
                _log.Info("The log is whole again up to {0}: this member votes again", e.Index);
                Context.Parent.Tell(new LogRegained(e.Index));
                break;
            case RaftEffect.Ignore e:
                LogIgnored(e);
                break;
            default:
                throw new InvariantViolatedException($"effect {effect.GetType().Name} is not carried out");
        }
    }

    private void Send(PeerMessage message)
    {
        var peer = _peers.RaftOf(message.To);
        if (peer is not null)
        {
            if (message is PeerMessage.InstallSnapshot)
            {
                SnapshotSent(message.To);
            }

            peer.Tell(message, Self);
        }
        else if (_unknownPeers.Add(message.To))
        {
            _log.Warning("The address of member {0} is not known", message.To);
        }
    }

    private void Fetch(RaftEffect.FetchCheckpoint fetch)
    {
        ReceiveBegins(fetch.Source);
        var source = _peers.SegmentsOf(fetch.Source);
        if (source is null)
        {
            Self.Tell(new CheckpointFetchFailed(fetch.Manifest, $"the address of member {fetch.Source} is not known"));
            return;
        }

        _log.Info("Fetching the checkpoint at {0} from member {1}", fetch.Manifest.Index, fetch.Source);
        _segments.Tell(new FetchCheckpoint(fetch.Manifest, source));
    }

    private void AnswerTransfer(object answer)
    {
        foreach (var asker in _transferAskers)
        {
            asker.Tell(answer);
        }

        _transferAskers.Clear();
    }

    /// <summary>Once for each: a member that does not know yet that it was removed may go on for a while.</summary>
    private void LogRemoved(MemberId member)
    {
        if (_unknownPeers.Add(member))
        {
            _log.Warning("rejected Raft message from removed member {0}", member);
        }
    }

    private void LogForeign(ForeignPeerMessage message)
    {
        if (_unknownPeers.Add(message.From))
        {
            _log.Warning(
                "request cluster ID mismatch: ignoring the messages of member {0} of cluster {1:x}",
                message.From,
                message.ClusterId);
        }
    }

    private void LogIgnored(RaftEffect.Ignore ignored)
    {
        if (ignored.IsFault)
        {
            _log.Warning(
                "Ignoring {0} of member {1}: {2}",
                ignored.Message.GetType().Name,
                ignored.Message.From,
                ignored.Reason);
        }
    }
}
