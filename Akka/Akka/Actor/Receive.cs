namespace Akka.Actor;

public delegate bool Receive(object message);
