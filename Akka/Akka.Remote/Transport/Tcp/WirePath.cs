namespace Akka.Remote.Transport.Tcp;

/// <summary>Paths as they travel: an actor of either end of a connection needs no address.</summary>
internal static class WirePath
{
    public static string Relative(ActorPath path)
    {
        if (path.Depth == 0)
        {
            return "/";
        }

        var elements = ActorPath.FormatPathElements(path.Elements);
        return path.Uid == 0 ? elements : elements + "#" + path.Uid;
    }

    /// <summary>The path of a sender: relative when it lives in this system, complete when it does not.</summary>
    public static string OfSender(IActorRef sender, RemoteActorRefProvider provider) =>
        provider.HasAddress(sender.Path.Address) ? Relative(sender.Path) : sender.Path.ToSerializationFormat();
}
