namespace Akka.Remote;

/// <summary>Milliseconds since any fixed moment; never goes back.</summary>
public delegate long Clock();
