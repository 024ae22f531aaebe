namespace Akka.Remote.Transport;

/// <summary>
/// Loses messages at random, each direction by itself, at the word of a management command. The subset knows it by
/// its name in <c>applied-adapters</c> alone and carries it out in its one transport.
/// </summary>
public class FailureInjectorTransportAdapter
{
    public const string FailureInjectorSchemeIdentifier = "gremlin";

    private protected FailureInjectorTransportAdapter()
    {
    }

    public interface IGremlinMode
    {
    }

    /// <summary>The mode of every link that has none of its own.</summary>
    public sealed class All
    {
        public All(IGremlinMode mode)
        {
            Mode = mode;
        }

        public IGremlinMode Mode { get; }
    }

    /// <summary>The mode of one link.</summary>
    public sealed class One
    {
        public One(Address remoteAddress, IGremlinMode mode)
        {
            RemoteAddress = remoteAddress;
            Mode = mode;
        }

        public Address RemoteAddress { get; }

        public IGremlinMode Mode { get; }
    }

    /// <summary>Nothing is lost.</summary>
    public sealed class PassThru : IGremlinMode
    {
        private PassThru()
        {
        }

        public static PassThru Instance { get; } = new();
    }

    /// <summary>Each message is lost with these probabilities.</summary>
    public sealed class Drop : IGremlinMode
    {
        public Drop(double outboundDropP, double inboundDropP)
        {
            OutboundDropP = outboundDropP;
            InboundDropP = inboundDropP;
        }

        public double OutboundDropP { get; }

        public double InboundDropP { get; }
    }
}
