namespace ActorEtcd.Specs.Akka.Remote;

public sealed class WelcomeMessage;
