/**
 * How backends are found and chosen: {@link chainrule.backend.provider.Backends} asks each {@link
 * chainrule.backend.provider.BackendProvider} on the class path whether it can run here.
 */
package chainrule.backend.provider;
