using ActorEtcd.Log;
using ActorEtcd.Raft;
using Akka.Actor;

namespace ActorEtcd.Specs.Raft;

/// <summary>A member without a store: its log, its Raft, and an apply actor that keeps the commands.</summary>
internal sealed class MemberActor : UntypedActor
{
    private readonly RaftSettings _settings;
    private readonly Func<ActorSystem, IPeerDirectory> _peers;
    private readonly RaftStatusHolder _status;
    private readonly List<string> _applied;
    private IActorRef _log = ActorRefs.Nobody;
    private IActorRef _raft = ActorRefs.Nobody;

    public MemberActor(
        RaftSettings settings, Func<ActorSystem, IPeerDirectory> peers, RaftStatusHolder status, List<string> applied)
    {
        _settings = settings;
        _peers = peers;
        _status = status;
        _applied = applied;
    }

    protected override void PreStart() => _log = Context.ActorOf(LogActor.Props(_settings.Id, _settings.FlushWithin), "log");

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LogRecovered recovered:
                _raft = Context.ActorOf(
                    RaftActor.Props(_settings, recovered, _log, Self, ActorRefs.Nobody, _peers, _status, clock: null),
                    "raft");
                break;
            case ApplyCommitted committed:
                lock (_applied)
                {
                    _applied.AddRange(committed.Entries
                        .Where(entry => entry.Kind == EntryKind.Command)
                        .Select(entry => System.Text.Encoding.UTF8.GetString(entry.Data.Span)));
                }

                Sender.Tell(new AppliedTo(committed.Entries[^1].Index));
                break;
            case LeadershipChanged:
                break;
            default:
                _raft.Forward(message);
                break;
        }
    }
}
