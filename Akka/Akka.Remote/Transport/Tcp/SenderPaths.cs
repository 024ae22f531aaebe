using System.Runtime.CompilerServices;
using System.Text;

namespace Akka.Remote.Transport.Tcp;

/// <summary>The encoded paths of recent senders. A fixed number of slots; entries are immutable, so readers need no lock.</summary>
internal sealed class SenderPaths
{
    private const int Slots = 1024;

    private readonly Entry[] _entries = new Entry[Slots];
    private readonly RemoteActorRefProvider _provider;

    public SenderPaths(RemoteActorRefProvider provider)
    {
        _provider = provider;
    }

    public byte[] Encode(IActorRef sender)
    {
        if (sender is null || sender.IsNobody())
        {
            return [];
        }

        ref var slot = ref _entries[RuntimeHelpers.GetHashCode(sender) & (Slots - 1)];
        var entry = Volatile.Read(ref slot);
        if (entry is null || !ReferenceEquals(entry.Sender, sender))
        {
            entry = new Entry(sender, Encoding.UTF8.GetBytes(WirePath.OfSender(sender, _provider)));
            Volatile.Write(ref slot, entry);
        }

        return entry.Path;
    }

    private sealed record Entry(IActorRef Sender, byte[] Path);
}
