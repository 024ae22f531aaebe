using ActorEtcd.V2;

namespace ActorEtcd.Specs.V2;

/// <summary>Tells a probe what a hub tells it.</summary>
internal sealed class RecordingWatcher(global::Akka.Actor.IActorRef probe, int eventsMax = int.MaxValue) : IV2Watcher
{
    private int _events;

    public void Started(ulong storeIndex) => probe.Tell($"started {storeIndex}", global::Akka.Actor.ActorRefs.NoSender);

    public void Refused(V2Error error) => probe.Tell($"refused {(int)error.Code}", global::Akka.Actor.ActorRefs.NoSender);

    public bool TryPush(V2Event happened)
    {
        if (_events++ >= eventsMax)
        {
            return false;
        }

        probe.Tell($"{V2Actions.TextOf(happened.Action)} {happened.Node.Key} {happened.Node.ModifiedIndex}", global::Akka.Actor.ActorRefs.NoSender);
        return true;
    }

    public void Ended() => probe.Tell("ended", global::Akka.Actor.ActorRefs.NoSender);
}
