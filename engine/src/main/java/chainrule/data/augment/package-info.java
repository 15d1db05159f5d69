/**
 * Data augmentation: random, label-preserving transformations of images, each a pure function of image and random
 * stream, and test-time augmentation with fixed views of an image.
 */
package chainrule.data.augment;
