namespace ActorEtcd.Persistence.Serialization;

/// <summary>Sees the size of every Raft message between members. Called on the transport's threads; must not block.</summary>
public interface IPeerTrafficObserver
{
    void Sent(MemberId to, int bytes);

    void Received(MemberId from, int bytes);
}
