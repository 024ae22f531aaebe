using System.Diagnostics.CodeAnalysis;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.V2;
using ActorEtcd.Watch;
using ActorEtcd.Wire;
using Akka.Actor;

namespace ActorEtcd.Specs.Sim;

/// <summary>Sees what one actor of a member is told, before it does.</summary>
internal sealed class SimTap
{
    private readonly SimMember _member;
    private readonly int _life;
    private readonly SimWorld _world;
    private readonly string _actor;
    private readonly ulong _hash;
    private readonly object[] _one = new object[1];

    public SimTap(SimMember member, IActorRef owner)
    {
        _member = member;
        _life = member.Life;
        _world = member.World;
        _actor = string.Join('/', owner.Path.Elements.Skip(owner.Path.Depth == 2 ? 1 : 2));
        _hash = HashOf(_actor);
    }

    public IReadOnlyList<object> Pass(object message, IActorRef? sender)
    {
        if (_life != _member.Life || !_member.IsUp)
        {
            return [];
        }

        _world.Mix(HashOf(message.GetType().Name) ^ _hash);
        if (_world.IsTracing && message.GetType().Name is not ("Tick" or "Sweep" or "Flush" or "FlushTick" or "UpkeepDue"))
        {
            _world.Trace($"{_member.Number + 1} {_actor} <- {TextOf(message)}");
        }

        See(message);
        _one[0] = message;
        return _world.Settings.Bug == SimBug.None ? _one : SimPlant.Change(_member, _actor, message, sender) ?? _one;
    }

    private void See(object message)
    {
        switch (message)
        {
            case LogRecovered m when _actor == EtcdActor.Name:
                _world.Invariants.Recovered(_member, m);
                break;
            case PersistEntries m when _actor == "log":
                _world.Invariants.Appended(_member, m);
                break;
            case ApplyCommitted m:
                _world.Invariants.Committed(_member, m);
                break;
            case TakeCheckpoint m:
                _world.Invariants.Checkpointed(_member, m);
                break;
            case ReplaceState m:
                _world.Count(SimFault.CheckpointInstalled);
                _world.Invariants.Installed(_member, m.Manifest.Index);
                break;
            case StoreReplaced m:
                _world.History.Replaced(_member, m.View.Revision);
                break;
            case EventsApplied m:
                _world.History.Applied(_member, m);
                break;
            case Submit { Command.IsChange: false } m when _actor == "gateway" && IsExpiry(m, out LeaseRevokeRequest? revoke):
                _world.Leases.ExpiryProposed(m.Command.RequestId, revoke);
                break;
            case V2Applied m:
                _world.V2.Applied(_member, m.State);
                break;
            case V2Replaced m:
                _world.V2.Applied(_member, m.State);
                break;
            case LeasesChanged m:
                _world.Leases.Changed(m.Changes);
                break;
            case MembersChanged m when _actor == EtcdActor.Name:
                _world.Nemesis.MembersChanged(m.Members);
                break;
            default:
                break;
        }
    }

    private static bool IsExpiry(Submit submit, [NotNullWhen(true)] out LeaseRevokeRequest? revoke)
    {
        revoke = CommandCodec.Decode(submit.Command.Payload).Command as LeaseRevokeRequest;
        return revoke is { FenceTerm: > 0 };
    }

    private static string TextOf(object message)
    {
        string text = message.ToString()!;
        return text.Length <= 300 ? text : text[..300];
    }

    // The hash of a name must not differ from run to run as string.GetHashCode does.
    private static ulong HashOf(string name)
    {
        ulong hash = 14695981039346656037UL;
        foreach (char c in name)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return hash;
    }
}
