global using System.Collections.Immutable;
global using Akka.Actor;
global using Akka.Actor.Internal;
global using Akka.Annotations;
global using Akka.Configuration;
global using Akka.Event;
global using Akka.Util;
