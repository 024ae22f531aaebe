using System.Text;
using SerializationRegistry = Akka.Serialization.Serialization;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// Turns message frames of one connection into messages for local actors. What cannot be understood is logged and
/// dropped; nothing that a peer sends throws.
/// </summary>
internal sealed class MessageReceiver
{
    private readonly TcpRemoting _remoting;
    private readonly RemoteActorRefProvider _provider;
    private readonly Address _remote;
    private readonly RootActorPath _remoteRoot;
    private readonly Utf8Cache<IInternalActorRef> _recipients = new(1024);
    private readonly Utf8Cache<IActorRef> _senders = new(1024);
    private readonly Utf8Cache<string> _manifests = new(256);
    private SerializationRegistry _serialization;

    public MessageReceiver(TcpRemoting remoting, Address remote)
    {
        _remoting = remoting;
        _provider = remoting.Provider;
        _remote = remote;
        _remoteRoot = new RootActorPath(remote);
    }

    private SerializationRegistry Serialization => _serialization ??= _remoting.System.Serialization;

    public void Receive(ReadOnlySpan<byte> body)
    {
        InboundMessage frame = default;
        try
        {
            frame = Frames.ReadMessage(body);
            var recipient = ResolveRecipient(frame.Recipient);
            var message = Serialization.Deserialize(frame.Payload.ToArray(), frame.SerializerId, ManifestOf(frame.Manifest));
            Deliver(recipient, message, ResolveSender(frame.Sender));
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            _remoting.Log.Warning(
                "Message from [{0}] to [{1}] with serializer id [{2}] and manifest [{3}] dropped "
                + "(association remains live): {4}",
                _remote,
                Encoding.UTF8.GetString(frame.Recipient),
                frame.SerializerId,
                Encoding.UTF8.GetString(frame.Manifest),
                problem.Message);
        }
    }

    private void Deliver(IInternalActorRef recipient, object message, IActorRef sender)
    {
        if (_remoting.LogReceive)
        {
            _remoting.Log.Debug("received message [{0}] for [{1}] from [{2}]", message, recipient, sender);
        }

        if (_remoting.UntrustedMode && IsUntrusted(recipient, message))
        {
            _remoting.Log.Debug("operating in UntrustedMode, dropping inbound [{0}]", message?.GetType());
            return;
        }

        switch (message)
        {
            case ActorSelectionMessage selection:
                ActorSelection.Deliver(recipient, sender, selection);
                break;
            case ISystemMessage systemMessage:
                recipient.SendSystemMessage(systemMessage);
                break;
            default:
                recipient.Tell(message, sender);
                break;
        }
    }

    private bool IsUntrusted(IInternalActorRef recipient, object message) => message switch
    {
        ActorSelectionMessage { Message: RemoteWatcher.Heartbeat } => false,
        ActorSelectionMessage selection => selection.Message is IPossiblyHarmful
            || !_remoting.Provider.RemoteSettings.TrustedSelectionPaths.Contains(
                ActorPath.FormatPathElements(recipient.Path.Elements.Concat(selection.Elements.Select(e => e.ToString())))),
        Watch or Unwatch or DeathWatchNotification => false,
        ISystemMessage or IPossiblyHarmful => true,
        _ => false,
    };

    private string ManifestOf(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return string.Empty;
        }

        if (!_manifests.TryGet(utf8, out var manifest))
        {
            manifest = Encoding.UTF8.GetString(utf8);
            _manifests.Put(utf8, manifest);
        }

        return manifest;
    }

    // Only a path with a uid always means the same actor, so only those are remembered.
    private IInternalActorRef ResolveRecipient(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length == 1)
        {
            return _provider.RootGuardian;
        }

        if (_recipients.TryGet(utf8, out var known))
        {
            return known;
        }

        var found = _provider.ResolveLocal(Encoding.UTF8.GetString(utf8));
        if (found is ActorRefWithCell && utf8.Contains((byte)'#'))
        {
            _recipients.Put(utf8, found);
        }

        return found;
    }

    private IActorRef ResolveSender(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return ActorRefs.NoSender;
        }

        if (_senders.TryGet(utf8, out var known))
        {
            return known;
        }

        var text = Encoding.UTF8.GetString(utf8);
        if (utf8[0] != '/')
        {
            return _provider.ResolveActorRef(text);
        }

        if (!ActorPath.TryParse(_remoteRoot, text, out var path))
        {
            return ActorRefs.NoSender;
        }

        var sender = _provider.ResolveActorRef(path);
        _senders.Put(utf8, sender);
        return sender;
    }
}
