namespace ActorEtcd.Host.Http;

/// <summary>Serves a plain HTTP request.</summary>
public delegate ValueTask HttpHandler(HttpCall call);
