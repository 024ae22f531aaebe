using Akka.Event;

namespace ActorEtcd.Raft;

/// <summary>
/// Leader:
/// <code>
/// HeartbeatTick              -> heartbeats to all; steps down when no majority answers
/// Propose                    -> gathered, appended and sent; refused during a transfer or when overloaded
/// ReadIndex                  -> joins a round of heartbeats (Common)
/// TransferLeadership         -> the target catches up and is told to campaign
/// ProposeConfigurationChange -> appended, one at a time
/// ElectionTick               -> ignored: a leader does not wait for one
/// PeerMessage                -> LeaderTable, after the term rules
/// others                     -> Common
/// </code>
/// </summary>
public sealed partial class RaftActor
{
    private State<RaftRole, RaftState> Lead(Event<RaftState> e)
    {
        switch (e.FsmEvent)
        {
            case HeartbeatTick:
                NoteHeartbeat(Turn());
                RaftCore.HeartbeatTimeout(StateData, _effects);
                return Take();
            case Propose m:
                return Gather(m);
            case TransferLeadership m:
                return Transfer(m);
            case ProposeConfigurationChange m:
                return ChangeConfiguration(m);
            case ElectionTick tick:
                return OnElectionTick(tick);
            default:
                return Common(e);
        }
    }

    // Followers do not know whether a heartbeat came late from the network or from a leader that had no time for it.
    private void NoteHeartbeat(RaftState state)
    {
        var since = state.Now - _heartbeatAt;
        _heartbeatAt = state.Now;
        if (since > 2 * _settings.HeartbeatInterval && !state.Configuration.IsSoleVoter(state.Id))
        {
            RaftCore.HeartbeatLate(state);
            _status.CountLateHeartbeat();
            _log.Warning(
                "failed to send out heartbeat on time: {0} ms after the last instead of {1}; the machine or its disk is overloaded",
                (long)since.TotalMilliseconds,
                (long)_settings.HeartbeatInterval.TotalMilliseconds);
        }
    }
}
