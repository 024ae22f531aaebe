using ActorEtcd.Raft;
using Akka.Actor;
using Akka.Serialization;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// The links between members. Each has a direction, loses, delays, repeats and reorders what it carries, and may be cut.
/// Messages pass through the serializers of the product.
/// </summary>
internal sealed class SimNetwork(SimWorld world)
{
    private readonly HashSet<(int From, int To)> _cut = [];
    private readonly Dictionary<(int From, int To), (TimeSpan LastArrival, int Connection)> _links = [];

    public void Cut(int from, int to) => _cut.Add((from, to));

    public void Mend() => _cut.Clear();

    /// <summary>What is under way on the old connection is lost or comes late, behind what the new one carries.</summary>
    public void Reconnect(int from, int to)
    {
        world.Count(SimFault.Reconnect);
        _links[(from, to)] = (TimeSpan.Zero, _links.GetValueOrDefault((from, to)).Connection + 1);
    }

    public void Send(SimMember from, ActorPath path, object message, IActorRef? sender)
    {
        SimMember? to = world.Members.FirstOrDefault(member => member.Address == path.Address);
        if (to is null)
        {
            return;
        }

        if (message is PeerMessage peerMessage)
        {
            world.Invariants.Sent(from, peerMessage);
        }

        SimLetter letter = Encode(from, to, path, message, sender);
        world.Mix(Crc32C.Compute(letter.Bytes));
        if (_cut.Contains((from.Number, to.Number)) || (!world.IsHealed && world.Random.NextDouble() < world.Settings.LossRate))
        {
            world.Count(SimFault.MessageLost);
            return;
        }

        bool repeats = !world.IsHealed && world.Random.NextDouble() < world.Settings.DuplicateRate;
        Deliver(letter);
        if (repeats)
        {
            world.Count(SimFault.MessageDuplicated);
            Deliver(letter);
        }
    }

    private static SimLetter Encode(SimMember from, SimMember to, ActorPath path, object message, IActorRef? sender)
    {
        Serializer serializer = from.System!.Serialization.FindSerializerFor(message);
        string manifest = serializer is SerializerWithStringManifest named ? named.Manifest(message) : string.Empty;
        string? from2 = sender is null || sender.IsNobody() ? null : sender.Path.ToSerializationFormatWithAddress(from.Address);
        return new SimLetter(
            from,
            to,
            path.ToSerializationFormat(),
            from2,
            serializer.Identifier,
            manifest,
            serializer.ToBinary(message),
            from.World.IsTracing ? $"{path.Name} {message}" : string.Empty);
    }

    private void Deliver(SimLetter letter)
    {
        var key = (letter.From.Number, letter.To.Number);
        var (lastArrival, connection) = _links.GetValueOrDefault(key);
        TimeSpan delay = (world.Settings.DelayMax * (world.IsHealed ? 0.1 : world.Random.NextDouble()))
            + TimeSpan.FromMilliseconds(0.1);
        TimeSpan arrival = world.Now + delay;
        if (delay > TimeSpan.FromMilliseconds(50))
        {
            world.Count(SimFault.MessageDelayed);
        }

        if (arrival < lastArrival)
        {
            if (world.Settings.IsFifo || world.IsHealed)
            {
                arrival = lastArrival;
            }
            else
            {
                world.Count(SimFault.MessageReordered);
            }
        }

        _links[key] = (arrival > lastArrival ? arrival : lastArrival, connection);
        world.Schedule(arrival - world.Now, new SimEvent(letter.To, Life: -1, () => Arrive(letter, connection)));
    }

    private void Arrive(SimLetter letter, int connection)
    {
        if (connection != _links[(letter.From.Number, letter.To.Number)].Connection && world.Random.Next(2) == 0)
        {
            world.Count(SimFault.MessageLost);
            return;
        }

        ActorSystem system = letter.To.System!;
        world.Trace($"{letter.From.Number + 1} -> {letter.To.Number + 1} {letter.Text}");
        object message = system.Serialization.Deserialize(letter.Bytes, letter.Serializer, letter.Manifest);
        IActorRefProvider provider = ((ExtendedActorSystem)system).Provider;
        IActorRef sender = letter.Sender is null ? ActorRefs.NoSender : provider.ResolveActorRef(letter.Sender);
        provider.ResolveActorRef(letter.Path).Tell(message, sender);
    }
}
