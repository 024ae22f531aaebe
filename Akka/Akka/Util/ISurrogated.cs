namespace Akka.Util;

public interface ISurrogated
{
    ISurrogate ToSurrogate(ActorSystem system);
}
