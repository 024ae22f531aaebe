using System.Text;
using SerializationRegistry = Akka.Serialization.Serialization;

namespace Akka.Remote.Transport.Tcp;

/// <summary>Serialises messages on the thread that sends them. A message that cannot go is reported, never thrown.</summary>
internal sealed class MessageEncoder
{
    private readonly ExtendedActorSystem _system;
    private readonly ILoggingAdapter _log;
    private readonly SenderPaths _senders;
    private readonly int _frameSizeMax;
    private SerializationRegistry _serialization;

    public MessageEncoder(ExtendedActorSystem system, RemoteActorRefProvider provider, ILoggingAdapter log, int frameSizeMax)
    {
        _system = system;
        _log = log;
        _frameSizeMax = frameSizeMax;
        _senders = new SenderPaths(provider);
    }

    // Made late: the system has no serializers yet when remoting starts.
    private SerializationRegistry Serialization => _serialization ??= _system.Serialization;

    public bool TryEncode(object message, IActorRef sender, RemoteActorRef recipient, out OutboundMessage encoded)
    {
        var outer = SerializationRegistry.CurrentTransportInformation;
        try
        {
            SerializationRegistry.CurrentTransportInformation = _system.Provider.SerializationInformation;
            var serializer = Serialization.FindSerializerFor(message);
            var manifest = SerializationRegistry.ManifestFor(serializer, message);
            encoded = new OutboundMessage(
                recipient.Utf8Path,
                _senders.Encode(sender),
                manifest,
                Encoding.UTF8.GetByteCount(manifest),
                serializer.Identifier,
                serializer.ToBinary(message));
            var size = Frames.SizeOf(encoded, withSequence: message is ISystemMessage);
            if (size <= _frameSizeMax && encoded.ManifestSize <= ushort.MaxValue && encoded.Sender.Length <= ushort.MaxValue
                && encoded.Recipient.Length <= ushort.MaxValue)
            {
                return true;
            }

            Report(recipient, new OversizedPayloadException(
                $"Discarding oversized payload sent to {recipient}: max allowed size {_frameSizeMax} bytes, actual size of "
                + $"encoded {message.GetType()} was {size} bytes."));
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            Report(recipient, problem);
        }
        finally
        {
            SerializationRegistry.CurrentTransportInformation = outer;
        }

        encoded = default;
        return false;
    }

    private void Report(RemoteActorRef recipient, Exception problem) =>
        _log.Error(
            problem,
            "Transient association error (association remains live): message for {0} dropped: {1}",
            recipient.Path,
            problem.Message);
}
