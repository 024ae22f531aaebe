namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// A mode of loss with dice of its own for each direction, so that the n-th message after the command that set it has the
/// same fate whenever the seed is the same, whatever goes the other way.
/// </summary>
internal sealed class Gremlin
{
    public static readonly Gremlin Harmless = new(FailureInjectorTransportAdapter.PassThru.Instance, 0);

    private readonly FailureInjectorTransportAdapter.Drop _drop;
    private readonly Random _outbound;
    private readonly Random _inbound;

    public Gremlin(FailureInjectorTransportAdapter.IGremlinMode mode, int seed)
    {
        _drop = mode as FailureInjectorTransportAdapter.Drop;
        _outbound = new Random(seed);
        _inbound = new Random(~seed);
    }

    public bool LosesOutbound => _drop is not null && Falls(_outbound, _drop.OutboundDropP);

    public bool LosesInbound => _drop is not null && Falls(_inbound, _drop.InboundDropP);

    private static bool Falls(Random dice, double probability)
    {
        lock (dice)
        {
            return dice.NextDouble() < probability;
        }
    }
}
