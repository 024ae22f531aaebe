namespace Akka.Remote;

/// <summary>An incarnation of another system is no longer talked to; only its restart can lift that.</summary>
public sealed class QuarantinedEvent : RemotingLifecycleEvent
{
    public QuarantinedEvent(Address address, int uid)
    {
        Address = address;
        Uid = uid;
    }

    public Address Address { get; }

    public int Uid { get; }

    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;

    public override string ToString() =>
        $"Association to [{Address}] having UID [{Uid}] is irrecoverably failed. UID is now quarantined and all " +
        "messages to this UID will be delivered to dead letters. Remote actorsystem must be restarted to recover " +
        "from this situation.";
}
