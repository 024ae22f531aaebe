namespace Akka.Remote.Transport;

/// <summary>
/// Slows down or cuts links, each direction by itself, at the word of a management command. The subset knows it by
/// its name in <c>applied-adapters</c> alone and carries it out in its one transport.
/// </summary>
public class ThrottleTransportAdapter
{
    public const string Scheme = "trttl";

    private protected ThrottleTransportAdapter()
    {
    }

    /// <summary>Of a link, as the node sees it on which the mode is set.</summary>
    public enum Direction
    {
        Send,
        Receive,
        Both,
    }
}
