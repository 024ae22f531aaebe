namespace Akka.Cluster;

/// <summary>Answers heartbeats, whoever sends them: the sender judges whether the answer is from whom it expects.</summary>
internal sealed class ClusterHeartbeatReceiver : UntypedActor
{
    private readonly UniqueAddress _self;

    public ClusterHeartbeatReceiver(UniqueAddress self)
    {
        _self = self;
    }

    protected override void OnReceive(object message)
    {
        if (message is Heartbeat heartbeat)
        {
            Sender.Tell(new HeartbeatRsp(_self, heartbeat.SequenceNr));
        }
        else
        {
            Unhandled(message);
        }
    }
}
